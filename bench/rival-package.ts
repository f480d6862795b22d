import { Unavailable } from "./unavailable.js";

/**
 * Imports a rival's package, which is listed in bench/rivals/package.json and not in the project's
 * own. The adapter says what it uses of it: `importRival<{ Pool: new () => Pool }>("some-pool")`.
 * @throws Unavailable when it is not installed
 */
export async function importRival<T>(name: string): Promise<T> {
  try {
    return (await import(name)) as T;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw error;
    throw new Unavailable(`${name} is not installed`);
  }
}

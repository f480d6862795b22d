import { inspect } from "node:util";
import { isRecord } from "../core/options.ts";

/**
 * Refuses what the system could not pass on: names that are empty or hold `=`, and NUL characters.
 * @throws TypeError for a value that is no string, RangeError for a bad name or value
 */
export function checkEnvironment(env: Readonly<Record<string, unknown>>): void {
  // Without its contents, which may be secret.
  if (!isRecord(env))
    throw new TypeError(`env must be an object of strings, not ${inspect(env, { depth: -1 })}`);
  for (const [name, value] of Object.entries(env)) {
    const shown = JSON.stringify(name);
    if (name === "" || name.includes("=") || name.includes("\0"))
      throw new RangeError(`env has a variable called ${shown}, which no system allows`);
    if (value === undefined) continue;
    if (typeof value !== "string")
      throw new TypeError(`env.${name} must be a string, not ${typeof value}`);
    if (value.includes("\0")) throw new RangeError(`env.${name} holds a NUL character`);
  }
}

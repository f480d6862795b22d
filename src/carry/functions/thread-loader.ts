/**
 * The module loader of the program, in threads too.
 *
 * Threads inherit `--import` flags, but tsx sets itself up in the main thread only. A module that a
 * thread imports would then be unknown, or be another text than in the parent. So a thread that was
 * started under tsx asks it to register there as well, before the first import.
 */
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { isMainThread } from "node:worker_threads";
import { importModule } from "../../platform/importing.ts";

let ready: Promise<void> | undefined;

/** Settles when modules of the program can be imported here as in the main thread. */
export function loadersReady(): Promise<void> {
  ready ??= isMainThread ? Promise.resolve() : registerTsx(process.execArgv);
  return ready;
}

async function registerTsx(flags: readonly string[]): Promise<void> {
  const specifiers = flags
    .map((flag, index) =>
      flag === "--import" ? flags[index + 1] : /^--import=(.*)/.exec(flag)?.[1],
    )
    .filter((specifier) => specifier !== undefined);
  const api = specifiers.map(tsxApi).find((url) => url !== undefined);
  if (api === undefined) return;
  const { register } = (await importModule(api)) as { register?: () => unknown };
  register?.();
}

function tsxApi(specifier: string): string | undefined {
  if (/^file:.*\/tsx\/dist\/(?:loader|esm\/index)\.mjs$/.test(specifier)) {
    return new URL(specifier.replace(/dist\/.*$/, "dist/esm/api/index.mjs")).href;
  }
  if (!/^tsx(?:\/esm)?$/.test(specifier)) return undefined;
  try {
    const found = createRequire(join(process.cwd(), "main.js")).resolve("tsx/package.json");
    return new URL("./dist/esm/api/index.mjs", pathToFileURL(found)).href;
  } catch {
    return undefined;
  }
}

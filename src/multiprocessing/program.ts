import { fileURLToPath } from "node:url";
import { isMainThread } from "node:worker_threads";
import { realpathSync } from "node:fs";
import { isChild } from "../workers/identity.ts";

/**
 * Whether a module is the script that was started, in the main program: what `if __name__ ==
 * "__main__"` asks in Python. False in every child and in every thread but the first.
 */
export function isMain(meta: ImportMeta): boolean {
  if (typeof meta !== "object" || meta === null || typeof meta.url !== "string") {
    throw new TypeError("isMain takes import.meta");
  }
  if (!isMainThread || isChild()) return false;
  const script = process.argv[1];
  if (script === undefined || !meta.url.startsWith("file:")) return false;
  const file = fileURLToPath(meta.url);
  return file === script || file === resolved(script);
}

/** Node leaves out extensions and follows links. */
function resolved(script: string): string | null {
  for (const candidate of [script, `${script}.js`, `${script}.mjs`, `${script}.cjs`]) {
    try {
      return realpathSync(candidate);
    } catch {
      // The next spelling.
    }
  }
  return null;
}

/** The package behind all native calls. */
import { closeSync, existsSync, openSync } from "node:fs";
import { createRequire } from "node:module";
import { installedFile } from "./installed-file.ts";

type Koffi = typeof import("koffi");

/** The version of the package whose native part we know to do without the rest. */
export const NATIVE_VERSION = "3.3.4";
const MUSL = `/lib/ld-musl-${process.arch === "x64" ? "x86_64" : "aarch64"}.so.1`;

/**
 * What does the work of the package, from where it lies as a rule. To look for it in all the places
 * where it may be, and to load the rest of the package, which adds what is out of use by now, takes
 * several times as long as all that a process of ours does with it at its start.
 */
function nativePart(): Koffi | null {
  // There another part is needed.
  if (process.platform !== "linux" || existsSync(MUSL)) return null;
  const name = `@koromix/koffi-linux-${process.arch}/linux_${process.arch}/koffi.node`;
  const path = installedFile(name);
  if (path === undefined) return null;
  const module = { exports: {} as Koffi };
  try {
    process.dlopen(module, path);
  } catch {
    // Throws where the file only cannot be opened now, which the error itself tells in words.
    closeSync(openSync(path, "r"));
    return null;
  }
  return module.exports.version === NATIVE_VERSION ? module.exports : null;
}

let loaded: Koffi | undefined;

export function koffi(): Koffi {
  return (loaded ??= nativePart() ?? (createRequire(import.meta.url)("koffi") as Koffi));
}

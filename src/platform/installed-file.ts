/**
 * The files of the packages that we depend on, where npm puts these as a rule. To have Node look
 * for them in all the places where they may be takes long, and what it could not read of a package
 * for want of descriptors it takes for missing from then on.
 */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Where packages may be, from our file: under ours, or beside it. */
const PACKAGES = ["../../node_modules/", "../../../"];

/** The path of a file such as `koffi/index.js`; undefined where it is elsewhere. */
export function installedFile(name: string): string | undefined {
  const places = PACKAGES.map((folder) => fileURLToPath(new URL(folder + name, import.meta.url)));
  return places.find((place) => existsSync(place));
}

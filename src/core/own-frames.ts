/** Tells the lines of a stack that are this library's own from those of the program. */
import { fileURLToPath } from "node:url";

const home = new URL("../..", import.meta.url);
/** As it is loaded, and as source maps show it; by URL and by path. */
const folders = ["dist", "src"].flatMap((name) => {
  const folder = new URL(`${name}/`, home);
  return [folder.href, fileURLToPath(folder)];
});

export function isOwnFrame(line: string): boolean {
  return folders.some((folder) => line.includes(folder));
}

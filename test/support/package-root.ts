import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of package.json; compiled tests lie three folders below it. */
export const packageRoot: string = dirname(
  dirname(dirname(dirname(fileURLToPath(import.meta.url)))),
);

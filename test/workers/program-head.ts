import { pathToFileURL } from "node:url";
import { fileURLToPath } from "node:url";

const file = fileURLToPath(new URL("./targets.js", import.meta.url));

/** The beginning of a program that starts processes with the tests' functions. */
export const programHead = `
import { Process, setStartMethod, getStartMethod, setForkserverPreload, activeChildren }
  from "manyhands/multiprocessing";
import * as targets from ${JSON.stringify(pathToFileURL(file).href)};
import { setTimeout as sleep } from "node:timers/promises";
`;

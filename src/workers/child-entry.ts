/** Where the programs are that children run. */
import { fileURLToPath } from "node:url";

// Spelt out, because a file that is named in this way is kept as one when the package is built.
/** Begins a program of a child, whose path is its first argument. */
export const BEGIN: string = fileURLToPath(new URL("./begin.js", import.meta.url));
export const SPAWN_MAIN: string = fileURLToPath(new URL("./spawn-main.js", import.meta.url));
export const FORKSERVER_MAIN: string = fileURLToPath(
  new URL("./forkserver-main.js", import.meta.url),
);
/** Loaded before all that a fork server's options load. */
export const LOADER_GUARD: string = fileURLToPath(new URL("./loader-guard.js", import.meta.url));
/** Loaded before a program that is started for forking. */
export const FORK_PRELUDE: string = new URL("./fork-prelude.js", import.meta.url).href;
const THREAD_MAIN: string = fileURLToPath(new URL("./thread-main.js", import.meta.url));
const begin = JSON.stringify(BEGIN);
/**
 * The program of a thread, as code to be evaluated: for a file that is an ES module Node would
 * first set up its loader, which takes as long as all that a thread of ours does. It declares
 * nothing, because that would be global.
 */
export const THREAD_PROGRAM: string = [
  `process.getBuiltinModule("node:module").createRequire(${begin})(${begin}).begin(`,
  `  ${JSON.stringify(THREAD_MAIN)},`,
  `  process.getBuiltinModule("node:worker_threads").workerData.compiled,`,
  `);`,
].join("\n");
/** What the workers of pools and executors run. */
export const CREW_WORKER: URL = new URL("../crew/worker-main.js", import.meta.url);

/** `manyhands/multiprocessing`: processes, and what they share. */
export { activeChildren, currentProcess, parentProcess } from "./family.ts";
export { getContext } from "./context.ts";
export { cpuCount, isMain } from "./program.ts";
export { Process } from "./process.ts";
export type { Fn, ProcessOptions } from "./process-options.ts";
export type { ProcessState } from "./process-state.ts";
export { Sentinel } from "./sentinel.ts";
export {
  getAllStartMethods,
  getStartMethod,
  setForkserverPreload,
  setStartMethod,
} from "./start-methods.ts";
export type { StartMethod, StdioChoice } from "../workers/runtime.ts";

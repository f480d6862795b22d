/** `manyhands/subprocess`: external programs, their input, output and return codes. */
export { DEVNULL, PIPE, STDOUT } from "./redirection.ts";
export type { SyncWait, Wait } from "../core/deadline.ts";
export type { Redirection } from "./redirection.ts";
export type { Captured, Command, PopenOptions, RunOptions, RunSyncOptions } from "./options.ts";
export { type CommunicateOptions, Popen } from "./popen.ts";
export { CompletedProcess } from "./completed-process.ts";
export { run } from "./run.ts";
export { runSync } from "./run-sync.ts";
export { call, checkCall, checkOutput, getOutput, getStatusOutput } from "./calls.ts";
export {
  callSync,
  checkCallSync,
  checkOutputSync,
  getOutputSync,
  getStatusOutputSync,
} from "./calls-sync.ts";
export { list2cmdline } from "./list2cmdline.ts";
export { CalledProcessError, SubprocessError, TimeoutExpired } from "../errors.ts";

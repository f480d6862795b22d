/** `manyhands/os`: the calls to the operating system that go with processes. */
export { getpid, getppid } from "./ids.ts";
export { cpuCount, processCpuCount } from "./cpus.ts";
export { getAffinity, setAffinity } from "./affinity.ts";
export { nice } from "./nice.ts";
export { kill } from "./kill.ts";
export { fork } from "./fork.ts";
export { waitpid } from "./waitpid.ts";
export type { WaitedFor } from "./waitpid.ts";

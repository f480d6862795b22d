/** Who this process is, and what it may use. */
import { cpuCount, getAffinity, getpid, getppid, nice, processCpuCount } from "manyhands/os";

console.log(`process ${getpid()}, started by ${getppid()}`);
console.log(`${processCpuCount()} of ${cpuCount()} processors are for us`);
if (process.platform === "linux") console.log(`namely ${getAffinity().join(", ")}`);
console.log(`niceness ${nice(0)}, then ${nice(1)}`);

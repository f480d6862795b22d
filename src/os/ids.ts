/** The number of this process. */
export function getpid(): number {
  return process.pid;
}

/** The number of the process that started this one; another adopts it when that one ends first. */
export function getppid(): number {
  return process.ppid;
}

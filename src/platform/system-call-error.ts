import { constants } from "node:os";

const names = new Map(Object.entries(constants.errno).map(([name, number]) => [number, name]));

const SHORTAGES: ReadonlySet<unknown> = new Set([
  "EMFILE",
  "ENFILE",
  "ENOMEM",
  "EAGAIN",
  // What Node says of a thread.
  "ERR_WORKER_INIT_FAILED",
]);

/** Whether an error tells that something has run out, of which there may be some again later. */
export function isShortage(error: unknown): boolean {
  return SHORTAGES.has((error as { readonly code?: unknown } | null | undefined)?.code);
}

/** Whether an error tells that this process, or the system, has no descriptor left. */
export function isOutOfDescriptors(error: unknown): boolean {
  const code = (error as { readonly code?: unknown } | null | undefined)?.code;
  return code === "EMFILE" || code === "ENFILE";
}

/** A system call failed; `code` is the name of the error, such as `EAGAIN`. */
export class SystemCallError extends Error {
  readonly call: string;
  readonly errno: number;
  readonly code: string;
  constructor(call: string, errno: number) {
    const code = names.get(errno) ?? `errno ${errno}`;
    super(`${call} failed: ${code}`);
    this.name = "SystemCallError";
    this.call = call;
    this.errno = errno;
    this.code = code;
  }
}

/**
 * Where a standard stream of a program leads. The names are plain strings, as those of
 * `node:child_process`, so options can be kept, printed and sent to a worker.
 */
import { inspect } from "node:util";
import type { Readable, Writable } from "node:stream";

/** A pipe to us. */
export const PIPE = "pipe" as const;
/** For `stderr` only: wherever stdout leads, in the order of writing. */
export const STDOUT = "stdout" as const;
/** Nothing to read, and a sink for all that is written. */
export const DEVNULL = "devnull" as const;

/** Something open: a descriptor, a file handle, or a stream over one. */
export type OpenFile =
  | number
  | {
      /** The descriptor of a file handle; it stays open here. */
      readonly fd: number;
    }
  | Readable
  | Writable;

/** Absent or null: the program shares ours. */
export type Redirection = typeof PIPE | typeof STDOUT | typeof DEVNULL | OpenFile | null;

/**
 * @throws TypeError for what is no redirection, RangeError for a negative descriptor or misplaced
 * STDOUT
 */
export function checkRedirection(value: unknown, name: "stdin" | "stdout" | "stderr"): void {
  if (value === undefined || value === null || value === PIPE || value === DEVNULL) return;
  if (value === STDOUT) {
    if (name === "stderr") return;
    throw new RangeError(`STDOUT can only be given for stderr, not for ${name}`);
  }
  if (typeof value === "number") {
    if (Number.isInteger(value) && value >= 0) return;
    throw new RangeError(`${name} cannot be descriptor ${value}`);
  }
  if (typeof value === "object" && isOpenFile(value)) return;
  const given = typeof value === "object" ? inspect(value, { depth: 0 }) : `a ${typeof value}`;
  throw new TypeError(
    `${name} must be PIPE, DEVNULL, a descriptor, a file or a stream, not ${given}`,
  );
}

function isOpenFile(value: object): boolean {
  const { fd, pipe, write } = value as { fd?: unknown; pipe?: unknown; write?: unknown };
  return typeof fd === "number" || typeof pipe === "function" || typeof write === "function";
}

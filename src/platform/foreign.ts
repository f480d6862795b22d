/**
 * The foreign function interface, loaded on first use only: programs that share nothing pay
 * nothing.
 */
import { koffi } from "./koffi.ts";
import { SystemCallError } from "./system-call-error.ts";

/** A C function; what it takes and gives is told by the declaration it was made from. */
// eslint-disable-next-line typescript/no-explicit-any
export type ForeignFunction = (...args: any[]) => any;

export interface Library {
  func(declaration: string): ForeignFunction;
}

export interface Foreign {
  /**
   * A library by path; null is what the running program already has loaded, its C library included.
   */
  readonly library: (path: string | null) => Library;
  /** The number of the last failure of a call on this thread. */
  readonly errno: () => number;
  /** The same as an error. */
  readonly failure: (call: string) => SystemCallError;
}

let loaded: Foreign | undefined;

export function foreign(): Foreign {
  if (loaded === undefined) {
    const { load, errno } = koffi();
    loaded = {
      library: (path) => load(path) as Library,
      errno,
      failure: (call) => new SystemCallError(call, errno()),
    };
  }
  return loaded;
}

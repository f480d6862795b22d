/**
 * The foreign function interface, loaded on first use only: programs that share nothing pay
 * nothing.
 */
import { createRequire } from "node:module";

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
  /** The last failure of a call on this thread, in words. */
  readonly errorText: (call: string) => string;
}

let loaded: Foreign | undefined;

export function foreign(): Foreign {
  if (loaded === undefined) {
    const require = createRequire(import.meta.url);
    const koffi = require("koffi") as typeof import("koffi");
    const { errno } = require("node:os").constants as { errno: Record<string, number> };
    loaded = {
      library: (path) => koffi.load(path) as Library,
      errorText(call) {
        const number = koffi.errno();
        const name = Object.keys(errno).find((key) => errno[key] === number);
        return `${call} failed: ${name ?? `errno ${number}`}`;
      },
    };
  }
  return loaded;
}

/**
 * What V8 compiled in a child, kept for the later children that run the same program. As long as
 * nothing is known, each child is asked for it: one alone might live for ever, or die.
 */
import { packCompiled } from "../platform/compiled-bytes.ts";
import { collectCompiled, compiledWanted } from "../platform/compiled-code.ts";
import type { CompiledOrder } from "./bootstrap.ts";

/** A child that works on has done by then what children do when they begin. */
const SETTLED_MS = 300;

export class CompiledShelf {
  #known: Uint8Array | null = null;

  get known(): boolean {
    return this.#known !== null;
  }

  /** For a child that is about to be started. */
  order(): CompiledOrder {
    return { given: this.#known, wanted: this.#known === null };
  }

  /** Shared, so that threads need no copy. */
  put(bytes: Uint8Array): void {
    if (this.#known !== null) return;
    this.#known = new Uint8Array(new SharedArrayBuffer(bytes.length));
    this.#known.set(bytes);
  }
}

/** Nothing is given and nothing asked for: the child compiles as ever. */
export const NO_ORDER: CompiledOrder = { given: null, wanted: false };

let tellSoon: (bytes: Uint8Array) => void = () => {};
let timer: NodeJS.Timeout | undefined;

/**
 * In a child that is about to run its job: has `tell` called with what its parent asked for, if it
 * did, while the job runs or by `tellCompiledNow`.
 */
export function tellCompiled(tell: (bytes: Uint8Array) => void): void {
  if (!compiledWanted()) return;
  tellSoon = tell;
  timer = setTimeout(tellCompiledNow, SETTLED_MS).unref();
}

/** At the end of the job. */
export function tellCompiledNow(): void {
  clearTimeout(timer);
  const compiled = collectCompiled();
  if (compiled !== null) tellSoon(packCompiled(compiled));
}

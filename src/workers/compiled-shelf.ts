/**
 * What V8 compiled in a child, kept for the later children that run the same program. As long as
 * nothing is known, each child is asked for it: one alone might live for ever, or die.
 */
import { packCompiled, unpackCompiled } from "../platform/compiled-bytes.ts";
import { collectCompiled, compiledGiven, compiledWanted } from "../platform/compiled-code.ts";
import type { CompiledOrder } from "./bootstrap.ts";

/** A child that works on has done by then what children do when they begin. */
const SETTLED_MS = 300;

export class CompiledShelf {
  readonly #grows: boolean;
  #known: Uint8Array | null = null;

  /** @param grows whether later children, too, are asked for what is not known yet */
  constructor(grows: boolean) {
    this.#grows = grows;
  }

  get known(): boolean {
    return this.#known !== null;
  }

  /** For a child that is about to be started. */
  order(): CompiledOrder {
    return { given: this.#known, wanted: this.#grows || this.#known === null };
  }

  /** Shared, so that threads need no copy. */
  put(bytes: Uint8Array): void {
    const before = this.#known;
    if (before !== null && !this.#grows) return;
    const all = before === null ? bytes : joined(before, bytes);
    this.#known = new Uint8Array(new SharedArrayBuffer(all.length));
    this.#known.set(all);
  }
}

const joined = (before: Uint8Array, more: Uint8Array): Uint8Array =>
  packCompiled(new Map([...unpackCompiled(more), ...unpackCompiled(before)]));

/** Nothing is given and nothing asked for: the child compiles as ever. */
export const NO_ORDER: CompiledOrder = { given: null, wanted: false };

let tellSoon: ((bytes: Uint8Array) => void) | undefined;
let timer: NodeJS.Timeout | undefined;

/**
 * In a child that is about to run its job: has `tell` called with what its parent asked for, if it
 * did, while the job runs or by `tellCompiledNow`.
 */
export function tellCompiled(tell: (bytes: Uint8Array) => void): void {
  if (!compiledWanted()) return;
  tellSoon = tell;
  // What others have not loaded can wait for the end of the job.
  if (!compiledGiven()) timer = setTimeout(tellCompiledNow, SETTLED_MS).unref();
}

/** At the end of the job. */
export function tellCompiledNow(): void {
  clearTimeout(timer);
  // Nobody asked, or a forked copy of who was asked.
  if (tellSoon === undefined) return;
  const compiled = collectCompiled();
  if (compiled !== null) tellSoon(packCompiled(compiled));
}

/**
 * What V8 compiled in a child, kept for the later children that run the same program. One child at
 * a time is asked for it, until one has answered: see `platform/compiled-code.ts`.
 */
import { packCompiled } from "../platform/compiled-bytes.ts";
import { collectCompiled } from "../platform/compiled-code.ts";
import type { CompiledOrder } from "./bootstrap.ts";

/** A report of coverage is to count what V8 compiles as ever. */
const off = (): boolean => (process.env["NODE_V8_COVERAGE"] ?? "") !== "";

export class CompiledShelf {
  #known: Uint8Array | null = null;
  #asked = false;

  /** For a child that is about to be started. */
  order(): CompiledOrder {
    if (off()) return { given: null, wanted: false };
    const wanted = this.#known === null && !this.#asked;
    if (wanted) this.#asked = true;
    return { given: this.#known, wanted };
  }

  /** Shared, so that threads need no copy. */
  put(bytes: Uint8Array): void {
    this.#known = new Uint8Array(new SharedArrayBuffer(bytes.length));
    this.#known.set(bytes);
  }

  /** To be called at the end of a child that was asked, whether it has answered or not. */
  over(): void {
    this.#asked = false;
  }
}

/** In a child, at the end of its job: what its parent asked for, if it did. */
export function compiledHere(): Uint8Array | null {
  const compiled = collectCompiled();
  return compiled === null ? null : packCompiled(compiled);
}

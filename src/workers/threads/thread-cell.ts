/**
 * What a thread and the one who started it share without either's event loop: a few words.
 *
 * NEWS counts the messages that the thread has posted; a starter that blocks sleeps on it. ENDED is
 * set last, so whoever sees it finds every message in the port.
 *
 * LOADING and LEAVING keep a thread from being torn down in the midst of loading a module, which
 * would leave the module's file open (platform/loading.ts). Each side sets its own word first and
 * then looks at the other's, so that at least one of them notices: the starter, who then waits, or
 * the thread, which then leaves by itself.
 */
import { atomics } from "../../core/atomics.ts";

/** Messages posted; sleepers wait on it. */
const NEWS = 0;
const ENDED = 1;
const NATIVE_ID = 2;
const RUNNING = 3;
const HOOKED = 4;
const CANCELLED = 5;
const EXIT_CODE = 6;
/** Set by the starter until the thread has begun, then by the thread. */
const LOADING = 7;
/** Set by the starter who wants the thread to end. */
const LEAVING = 8;
const WORDS = 16;

export class ThreadCell {
  readonly buffer: SharedArrayBuffer;
  readonly #words: Int32Array;

  constructor(buffer: SharedArrayBuffer = new SharedArrayBuffer(WORDS * 4)) {
    this.buffer = buffer;
    this.#words = new Int32Array(buffer);
  }

  get ended(): boolean {
    return atomics.load(this.#words, ENDED) === 1;
  }

  get exitCode(): number {
    return atomics.load(this.#words, EXIT_CODE);
  }

  /** The kernel's number of the thread; 0 while unknown. */
  get nativeId(): number {
    return atomics.load(this.#words, NATIVE_ID);
  }

  set nativeId(id: number) {
    atomics.store(this.#words, NATIVE_ID, id);
  }

  /** Whether code of the user has begun. */
  get running(): boolean {
    return atomics.load(this.#words, RUNNING) === 1;
  }

  set running(on: boolean) {
    atomics.store(this.#words, RUNNING, on ? 1 : 0);
  }

  /** Whether the starter wants uncaught errors handed over instead of printed. */
  get hooked(): boolean {
    return atomics.load(this.#words, HOOKED) === 1;
  }

  set hooked(on: boolean) {
    atomics.store(this.#words, HOOKED, on ? 1 : 0);
  }

  /** Whether a timer was cancelled. */
  get cancelled(): boolean {
    return atomics.load(this.#words, CANCELLED) === 1;
  }

  cancel(): void {
    atomics.store(this.#words, CANCELLED, 1);
  }

  get loading(): boolean {
    return atomics.load(this.#words, LOADING) === 1;
  }

  set loading(on: boolean) {
    atomics.store(this.#words, LOADING, on ? 1 : 0);
  }

  get leaving(): boolean {
    return atomics.load(this.#words, LEAVING) === 1;
  }

  leave(): void {
    atomics.store(this.#words, LEAVING, 1);
  }

  end(exitCode: number): void {
    atomics.store(this.#words, EXIT_CODE, exitCode);
    atomics.store(this.#words, ENDED, 1);
    this.announce();
  }

  announce(): void {
    atomics.add(this.#words, NEWS, 1);
    atomics.notify(this.#words, NEWS, Infinity);
  }

  get news(): number {
    return atomics.load(this.#words, NEWS);
  }

  /** Sleeps until there is more news than `seen`. */
  sleep(seen: number, timeoutMs: number): void {
    atomics.wait(this.#words, NEWS, seen, timeoutMs);
  }
}

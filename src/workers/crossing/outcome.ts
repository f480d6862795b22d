/**
 * What became of code that runs elsewhere: a result or an error, and the end.
 *
 * The two come apart: a target may return long before its event loop has drained, and a process
 * may end without ever having returned. Waits exist for both, with the event loop and without it;
 * a blocking wait asks its `Source` to sleep and to look, which brings the news here.
 */
import { askedHere } from "../../carry/index.ts";
import { asError } from "../../core/as-error.ts";
import {
  Fuse,
  signalOf,
  type SyncWait,
  timeAllowed,
  type Wait,
  Deadline,
} from "../../core/deadline.ts";
import { TimeoutError } from "../../errors.ts";
import type { Coded } from "./payload.ts";

export interface Source {
  /** Blocks until there may be news, at most this long. */
  sleep(timeoutMs: number): void;
  look(): void;
  /** Whether somebody waits: that keeps the program alive. */
  awaited(on: boolean): void;
  /** For messages: `Process-1`. */
  readonly title: string;
}

type Settled<R> =
  | { readonly ok: true; readonly value: Coded<R> }
  | { readonly ok: false; readonly error: Coded<unknown> };

export class Outcome<R> {
  readonly #source: Source;
  readonly #waiters = new Set<() => void>();
  #settled: Settled<R> | null = null;
  #ended = false;

  constructor(source: Source) {
    this.#source = source;
  }

  get settled(): boolean {
    return this.#settled !== null;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** The first outcome counts. */
  succeed(value: Coded<R>): void {
    this.#settle({ ok: true, value: once(value) });
  }

  fail(error: Coded<unknown>): void {
    this.#settle({ ok: false, error: once(error) });
  }

  end(): void {
    this.#ended = true;
    this.#tell();
  }

  join(wait: Wait | undefined): Promise<boolean> {
    return this.#until(() => this.#ended, wait);
  }

  joinSync(wait: SyncWait | undefined): boolean {
    return this.#untilSync(() => this.#ended, wait);
  }

  async result(wait: Wait | undefined): Promise<R> {
    if (!(await this.#until(() => this.#settled !== null, wait))) this.#tooLate(wait);
    const settled = this.#settled!;
    if (settled.ok) return await settled.value.soon();
    throw askedHere(await settled.error.soon());
  }

  resultSync(wait: SyncWait | undefined): R {
    if (!this.#untilSync(() => this.#settled !== null, wait)) this.#tooLate(wait);
    const settled = this.#settled!;
    if (settled.ok) return settled.value.now();
    throw askedHere(settled.error.now());
  }

  async exception(wait: Wait | undefined): Promise<Error | null> {
    if (!(await this.#until(() => this.#settled !== null, wait))) this.#tooLate(wait);
    const settled = this.#settled!;
    return settled.ok ? null : (asError(await settled.error.soon()) as Error);
  }

  exceptionSync(wait: SyncWait | undefined): Error | null {
    if (!this.#untilSync(() => this.#settled !== null, wait)) this.#tooLate(wait);
    const settled = this.#settled!;
    return settled.ok ? null : (asError(settled.error.now()) as Error);
  }

  #tooLate(wait: SyncWait | undefined): never {
    throw new TimeoutError(`${this.#source.title} gave no result within ${wait?.timeoutMs} ms`);
  }

  #settle(settled: Settled<R>): void {
    if (this.#settled !== null) return;
    this.#settled = settled;
    this.#tell();
  }

  #tell(): void {
    for (const waiter of this.#waiters) waiter();
  }

  async #until(met: () => boolean, wait: Wait | undefined): Promise<boolean> {
    const timeoutMs = timeAllowed(wait);
    const signal = signalOf(wait);
    signal?.throwIfAborted();
    if (met()) return true;
    if (timeoutMs === 0) {
      this.#source.look();
      return met();
    }
    this.#source.awaited(true);
    let waiter!: () => void;
    let fuse: Fuse | undefined;
    try {
      return await new Promise<boolean>((resolve, reject) => {
        waiter = () => {
          if (met()) resolve(true);
        };
        this.#waiters.add(waiter);
        fuse = new Fuse(
          timeoutMs,
          signal,
          () => resolve(false),
          () => reject(signal!.reason as Error),
        );
      });
    } finally {
      fuse?.cut();
      this.#waiters.delete(waiter);
      this.#source.awaited(false);
    }
  }

  #untilSync(met: () => boolean, wait: SyncWait | undefined): boolean {
    const deadline = new Deadline(timeAllowed(wait));
    for (;;) {
      if (met()) return true;
      this.#source.look();
      if (met()) return true;
      if (deadline.passed) return false;
      this.#source.sleep(deadline.remainingMs);
    }
  }
}

/** Decoded once: the same object for everybody who asks. */
function once<T>(coded: Coded<T>): Coded<T> {
  let made: { value: T } | undefined;
  let making: Promise<T> | undefined;
  return {
    now: () => (made ??= { value: coded.now() }).value,
    async soon() {
      if (made !== undefined) return made.value;
      const value = await (making ??= coded.soon());
      return (made ??= { value }).value;
    },
  };
}

/** Something that needs no decoding. */
export function known<T>(value: T): Coded<T> {
  return { now: () => value, soon: async () => value };
}

/** The results of a stream, one by one: awaited, or blocking. */
import {
  Deadline,
  Fuse,
  signalOf,
  type SyncWait,
  timeAllowed,
  type Wait,
} from "../core/deadline.ts";
import { showByToString } from "../core/shown.ts";
import type { Crew } from "../crew/crew.ts";
import { TimeoutError } from "../errors.ts";
import { askedHere } from "../carry/index.ts";
import { staysHere } from "../carry/stays-here.ts";
import type { OpenStream } from "./desk.ts";
import type { Limit } from "./limit.ts";
import type { ImapOptions } from "./options.ts";

import type { Stream } from "./stream.ts";
import { warn } from "./unseen-failure.ts";

/** What the two iterators have in common. */
abstract class Results<R> {
  protected readonly label: string;
  protected readonly stream: Stream;
  readonly #onProgress: ImapOptions["onProgress"];
  #given = 0;

  constructor({ label, stream, givenTo }: OpenStream, onProgress: ImapOptions["onProgress"]) {
    this.label = label;
    this.stream = stream;
    this.#onProgress = onProgress;
    givenTo(this);
  }

  /** What is ready. @throws the error of an item */
  protected take(): IteratorResult<R, undefined> {
    let taken;
    try {
      taken = this.stream.take();
    } catch (error) {
      this.#progress();
      throw error;
    }
    if (taken === null) return { done: true, value: undefined };
    this.#progress();
    return { done: false, value: taken.value as R };
  }

  #progress(): void {
    if (this.#onProgress === undefined || this.stream.finished) return;
    this.#given++;
    try {
      this.#onProgress({ done: this.#given, total: this.stream.total });
    } catch (error) {
      warn(`The onProgress of ${this.label} failed`, error);
    }
  }

  protected tooLate(timeoutMs: number): TimeoutError {
    return new TimeoutError(`The next result of ${this.label} was not there in ${timeoutMs} ms`);
  }

  toString(): string {
    const state = this.stream.finished ? "finished" : "open";
    return `${this.constructor.name}(${this.label}, ${state})`;
  }

  static {
    showByToString(this);
  }
}

interface Waiter<R> {
  readonly fuse: Fuse;
  readonly resolve: (result: IteratorResult<R, undefined>) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Results as they come. An item's error is thrown where its result would have been, and the next
 * call goes on with the following item; leaving the loop closes the input.
 */
export class ResultIterator<R> extends Results<R> implements AsyncIterableIterator<R> {
  readonly #waiters: Waiter<R>[] = [];

  /**
   * The next result.
   * @throws the item's error; TimeoutError, after which the result can still be asked for
   */
  next(wait?: Wait): Promise<IteratorResult<R, undefined>> {
    return new Promise((resolve, reject) => {
      const timeoutMs = timeAllowed(wait);
      const signal = signalOf(wait);
      signal?.throwIfAborted();
      if (this.#waiters.length === 0 && this.stream.ready) return resolve(this.take());
      const leave = (error: unknown): void => {
        this.#waiters.splice(this.#waiters.indexOf(waiter), 1);
        if (this.#waiters.length === 0) this.stream.unlisten(this.#serve);
        reject(error as Error);
      };
      const fuse = new Fuse(
        timeoutMs,
        signal,
        () => leave(this.tooLate(timeoutMs)),
        () => leave(signal!.reason),
      );
      const waiter = { fuse, resolve, reject };
      this.#waiters.push(waiter);
      if (this.#waiters.length === 1) this.stream.listen(this.#serve);
    });
  }

  readonly #serve = (): void => {
    while (this.#waiters.length > 0 && this.stream.ready) {
      const { fuse, resolve, reject } = this.#waiters.shift()!;
      fuse.cut();
      try {
        resolve(this.take());
      } catch (error) {
        reject(error);
      }
    }
    if (this.#waiters.length === 0) this.stream.unlisten(this.#serve);
  };

  /** Closes the input and drops what no worker has begun. */
  async return(): Promise<IteratorResult<R, undefined>> {
    await this.stream.close();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }
}

/** The same, blocking the thread until a result is there. */
export class SyncResultIterator<R> extends Results<R> implements IterableIterator<R> {
  readonly #crew: Crew;
  readonly #limit: Limit | undefined;

  constructor(open: OpenStream, onProgress: ImapOptions["onProgress"], crew: Crew) {
    super(open, onProgress);
    this.#crew = crew;
    this.#limit = open.limit;
  }

  /**
   * The next result.
   * @throws the item's error; TimeoutError, after which the result can still be asked for;
   * TypeError when the input itself asks for what only its next item can bring
   */
  next(wait?: SyncWait): IteratorResult<R, undefined> {
    const timeoutMs = timeAllowed(wait);
    if (this.stream.starves) {
      throw new TypeError(
        `The results of ${this.label} are already being asked for: the input of a stream must ` +
          "give its next item before that one's result can be taken",
      );
    }
    const until = new Deadline(Math.min(timeoutMs, this.#limit?.remainingMs ?? Infinity));
    if (!this.stream.ready && !this.#crew.waitSync(() => this.stream.ready, until)) {
      this.#limit?.look();
      if (!this.stream.ready) throw this.tooLate(timeoutMs);
    }
    try {
      return this.take();
    } catch (error) {
      throw askedHere(error);
    }
  }

  /** Closes the input and drops what no worker has begun. */
  return(): IteratorResult<R, undefined> {
    void this.stream.close();
    return { done: true, value: undefined };
  }

  [Symbol.iterator](): this {
    return this;
  }

  [Symbol.dispose](): void {
    this.return();
  }
}

staysHere("a ResultIterator", ResultIterator, "send the results");
staysHere("a SyncResultIterator", SyncResultIterator, "send the results");

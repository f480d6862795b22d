/**
 * The reading side of a stream: bytes as they come, by count, by line, up to a separator.
 *
 * What was received and not yet asked for stays here, so a read that is cancelled, aborted or out
 * of time loses nothing. When more
 * than twice the limit lies here the source is told to wait.
 */
import { Deadline, type Wait } from "../core/deadline.ts";
import { checkIsOptions, shownKind } from "../core/options.ts";
import { IncompleteReadError, LimitOverrunError, StateError, TimeoutError } from "../errors.ts";
import { showByToString } from "../core/shown.ts";
import { takeCancellation } from "./scope.ts";
import { limitsOf, Waiter, type Limits, type Place } from "./waiter.ts";
import { partStaysHere } from "./stays-here.ts";

/** Where the bytes come from. */
export interface Source {
  /** Sends nothing until `resume`: more than twice the limit is waiting to be read. */
  pause(): void;
  /** Goes on sending. */
  resume(): void;
}

const NEWLINE = Buffer.from("\n");

export const DEFAULT_LIMIT: number = 64 * 1024;

/** @throws TypeError when it is no number, RangeError when it is below 1 */
export function checkLimit(limit: unknown): number {
  if (typeof limit !== "number") throw new TypeError("limit must be a number of bytes");
  if (!(limit >= 1)) throw new RangeError(`limit must be at least 1 byte, not ${limit}`);
  return limit;
}

/** Every read takes a `Wait`: TimeoutError when its time is over, and nothing is lost. */
export class StreamReader implements Place<void> {
  readonly #limit: number;
  readonly #source: Source | undefined;
  #received: Buffer[] = [];
  #size = 0;
  #ended = false;
  #error: Error | undefined;
  #waiter: Waiter<void> | undefined;
  #reading = false;
  #paused = false;

  /** @throws RangeError for a limit below 1 */
  constructor(
    options: {
      /** The longest line or part up to a separator, in bytes; 64 KiB when absent. */
      limit?: number;
      /** What is told to pause when much has not been read; nobody when absent. */
      source?: Source;
    } = {},
  ) {
    checkIsOptions(options);
    const { limit = DEFAULT_LIMIT, source } = options;
    this.#limit = checkLimit(limit);
    this.#source = source;
  }

  /** True when the other side has ended and everything was read. */
  get atEof(): boolean {
    return this.#ended && this.#size === 0;
  }

  /**
   * Up to `n` bytes, as soon as there are any; none at the end of the stream. Without `n`,
   * everything up to the end.
   */
  async read(n = -1, wait?: Wait): Promise<Buffer> {
    if (n !== -1) checkCount(n);
    return this.#exclusively(wait, async (more) => {
      if (n === 0) return Buffer.alloc(0);
      if (n === -1 || n === Infinity) while (!this.#ended) await more();
      else while (this.#size === 0 && !this.#ended) await more();
      return this.#take(n === -1 ? this.#size : Math.min(n, this.#size));
    });
  }

  /**
   * The next line without its newline; null at the end. A last line may lack the newline.
   * @throws LimitOverrunError when the line is longer than the limit: what came of it is dropped
   */
  async readLine(wait?: Wait): Promise<Buffer | null> {
    try {
      const line = await this.#until([NEWLINE], wait, (length) => this.#take(length));
      return line.subarray(0, -1);
    } catch (error) {
      if (!(error instanceof IncompleteReadError)) throw error;
      return error.partial.length === 0 ? null : (error.partial as Buffer);
    }
  }

  /**
   * Exactly `n` bytes.
   * @throws IncompleteReadError, with what there was, when the stream ends before
   */
  async readExactly(n: number, wait?: Wait): Promise<Buffer> {
    checkCount(n);
    return this.#exclusively(wait, async (more) => {
      while (this.#size < n && !this.#ended) await more();
      if (this.#size >= n) return this.#take(n);
      const partial = this.#take(this.#size);
      throw new IncompleteReadError(
        `the stream ended after ${partial.length} of ${n} bytes`,
        partial,
        n,
      );
    });
  }

  /**
   * Bytes up to and with a separator, or the first to come of several.
   * @throws IncompleteReadError when the stream ends before, LimitOverrunError when it does not
   * come within the limit: all stays to be read
   */
  async readUntil(
    separator: string | Uint8Array | readonly (string | Uint8Array)[] = "\n",
    wait?: Wait,
  ): Promise<Buffer> {
    return this.#until(separatorsOf(separator), wait, () => undefined);
  }

  /** @param onTooLong called with how many bytes are without a separator, or end with one */
  async #until(
    separators: readonly Buffer[],
    wait: Wait | undefined,
    onTooLong: (length: number) => void,
  ): Promise<Buffer> {
    return this.#exclusively(wait, async (more) => {
      for (;;) {
        const all = this.#joined();
        const end = firstEnd(all, separators);
        const length = end < 0 ? all.length : end;
        if (length > this.#limit) {
          onTooLong(length);
          throw new LimitOverrunError(
            `no separator within the limit of ${this.#limit} bytes; raise limit`,
            length,
          );
        }
        if (end >= 0) return this.#take(end);
        if (this.#ended)
          throw new IncompleteReadError(
            `the stream ended before the separator, after ${all.length} bytes`,
            this.#take(all.length),
            null,
          );
        await more();
      }
    });
  }

  /** Lines until the end. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer, void, void> {
    for (let line = await this.readLine(); line !== null; line = await this.readLine()) yield line;
  }

  /** Adds bytes; for whoever is the source. */
  feedData(data: Uint8Array): void {
    if (!((data as unknown) instanceof Uint8Array))
      throw new TypeError(`data must be bytes, not ${shownKind(data)}`);
    if (data.length === 0) return;
    this.#received.push(Buffer.isBuffer(data) ? data : Buffer.from(data));
    this.#size += data.length;
    this.#wake();
    if (this.#size <= 2 * this.#limit || this.#paused) return;
    this.#paused = true;
    this.#source?.pause();
  }

  /** No more bytes will come. */
  feedEof(): void {
    this.#ended = true;
    this.#wake();
  }

  /** The source failed: reads that cannot be answered from what is here fail with `error`. */
  setException(error: Error): void {
    this.#error = error;
    this.#ended = true;
    this.#wake();
  }

  /** @internal */
  leave(): void {}

  /** @internal */
  describe(): string {
    return "StreamReader.read()";
  }

  toString(): string {
    return `<StreamReader ${this.#size} bytes${this.#ended ? ", ended" : ""}>`;
  }

  /** Runs one read at a time; `more` waits for bytes within the time of the whole read. */
  async #exclusively(
    wait: Wait | undefined,
    read: (more: () => Promise<void>) => Promise<Buffer>,
  ): Promise<Buffer> {
    const limits = limitsOf(wait);
    limits.signal?.throwIfAborted();
    if (this.#reading) throw new StateError("another read of this stream is under way");
    const refused = takeCancellation();
    if (refused !== undefined) throw refused;
    this.#reading = true;
    const deadline = new Deadline(limits.timeoutMs);
    const more = (): Promise<void> =>
      this.#more({ ...limits, timeoutMs: deadline.remainingMs }, limits.timeoutMs);
    try {
      return await read(more);
    } finally {
      this.#reading = false;
    }
  }

  async #more(left: Limits, timeoutMs: number): Promise<void> {
    if (this.#paused) {
      this.#paused = false;
      this.#source?.resume();
    }
    const waiter = (this.#waiter = new Waiter<void>(this));
    waiter.limit(left, () =>
      waiter.fail(new TimeoutError(`what was to be read did not come within ${timeoutMs} ms`)),
    );
    await waiter.promise;
    if (this.#error !== undefined && this.#size === 0) throw this.#error;
  }

  #wake(): void {
    this.#waiter?.grant();
  }

  #joined(): Buffer {
    if (this.#received.length !== 1) this.#received = [Buffer.concat(this.#received)];
    return this.#received[0]!;
  }

  #take(n: number): Buffer {
    const all = this.#joined();
    this.#received = n === all.length ? [] : [all.subarray(n)];
    this.#size = all.length - n;
    if (this.#paused && this.#size <= this.#limit) {
      this.#paused = false;
      this.#source?.resume();
    }
    return all.subarray(0, n);
  }
}
showByToString(StreamReader);
partStaysHere(StreamReader, "StreamReader");

function checkCount(n: number): void {
  if (typeof n !== "number") throw new TypeError(`a count of bytes is needed, not ${typeof n}`);
  if (!(n >= 0) || (n !== Infinity && !Number.isInteger(n)))
    throw new RangeError(`a count of bytes must be a whole number, zero or more, not ${n}`);
}

function separatorsOf(
  separator: string | Uint8Array | readonly (string | Uint8Array)[],
): readonly Buffer[] {
  const list: readonly unknown[] = Array.isArray(separator) ? separator : [separator];
  const separators = list.map((one) => {
    if (typeof one === "string" || one instanceof Uint8Array) return Buffer.from(one as string);
    throw new TypeError(`a separator must be a string or bytes, not ${shownKind(one)}`);
  });
  if (separators.length === 0 || separators.some((one) => one.length === 0))
    throw new RangeError("a separator must have at least one byte");
  return separators;
}

/** Where the separator that ends first ends; -1 when there is none. */
function firstEnd(all: Buffer, separators: readonly Buffer[]): number {
  const ends = separators
    .map((one) => ({ at: all.indexOf(one), length: one.length }))
    .filter(({ at }) => at >= 0)
    .map(({ at, length }) => at + length);
  return ends.length === 0 ? -1 : Math.min(...ends);
}

/**
 * What pools and executors do alike: they turn calls, maps and streams into tasks of a crew, and
 * close only when the streams that were accepted have been fed.
 */
import type { Callable } from "../crew/callable.ts";
import { Crew, type CrewOptions } from "../crew/crew.ts";
import { withOneStack } from "../crew/one-stack.ts";
import type { Mode } from "../crew/task.ts";
import type { SyncWait, Wait } from "../core/deadline.ts";
import { ClosedError } from "../errors.ts";
import { Batch } from "./batch.ts";
import { CallTask } from "./call-task.ts";
import { chunkSizeFor } from "./chunk-size.ts";
import type { DroppableTask, ErrorFor } from "./droppable-task.ts";
import { closeWhenForgotten } from "./forgotten.ts";
import type { Input } from "./input.ts";
import { Limit } from "./limit.ts";
import { checkFunction, type ImapOptions, type MapOptions, type WorkOptions } from "./options.ts";
import { last, newPromise } from "./new-promise.ts";
import { PromisedCall } from "./promised-call.ts";
import type { Settlement } from "./settlement.ts";
import { SlotTask } from "./slot.ts";
import { Stream } from "./stream.ts";

// Any function: what it takes is checked by the public methods' types.
export type AnyFunction = (...args: never[]) => unknown;

/** What a stream is to do. */
export interface StreamWish {
  readonly fn: AnyFunction;
  readonly mode: Mode;
  readonly input: Input;
  readonly ordered: boolean;
  readonly options: ImapOptions;
  /** How many items may be ahead when the options do not say. */
  readonly window: number;
}

/** A stream, and what may end it. */
export interface OpenStream {
  /** The name of the function. */
  readonly label: string;
  readonly stream: Stream;
  readonly limit: Limit | undefined;
  /** Tells which object alone can ask for the results. */
  readonly givenTo: (iterator: object) => void;
}

export class Desk {
  readonly crew: Crew;
  readonly size: number;
  readonly name: string;
  readonly #kind: string;
  readonly #feeding = new Set<Stream>();
  /** Streams that have work to do, by numbers. */
  readonly #open = new Map<number, Stream>();
  #streams = 0;
  // Numbers, since what is told must not keep what the iterator refers to.
  readonly #left = new FinalizationRegistry<number>((number) => this.#open.get(number)?.forsake());
  #closed = false;

  /** @param kind `Pool`, for messages */
  constructor(kind: string, options: CrewOptions) {
    this.crew = new Crew(options);
    this.#kind = kind;
    this.size = options.size;
    this.name = options.name;
    closeWhenForgotten(this, kind, this.crew);
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** @throws TypeError, PicklingError, ClosedError, BrokenExecutorError, the signal's reason */
  call(
    settlement: Settlement<unknown>,
    fn: AnyFunction,
    args: readonly unknown[],
    options: WorkOptions,
  ): void {
    const callable = this.#accept(fn, options);
    settlement.label = callable.name;
    const task = new CallTask(this.crew, callable, args, settlement, options);
    this.crew.submit(task);
    settlement.work = task;
    this.#limit(settlement, options);
  }

  /** The same, for a call that only its promise is wanted of. */
  promise(fn: AnyFunction, args: readonly unknown[], options: WorkOptions): Promise<unknown> {
    const callable = this.#accept(fn, options);
    const promise = newPromise<unknown>();
    this.crew.submit(new PromisedCall(callable, args, last.resolve, last.reject, options));
    return promise;
  }

  /** The same, for all items of a map. */
  batch(
    settlement: Settlement<unknown[]>,
    fn: AnyFunction,
    mode: Mode,
    items: readonly unknown[],
    options: MapOptions<never>,
  ): void {
    const callable = this.#accept(fn, options);
    settlement.label = callable.name;
    if (items.length === 0) return void settlement.settle("fulfilled", []);
    const chunkSize =
      options.chunkSize ?? chunkSizeFor(items.length, this.size, this.crew.meanMs(callable));
    const request = { callable, mode, items, chunkSize, options };
    const batch = new Batch(this.crew, request, settlement);
    this.crew.submitAll(batch.chunks);
    settlement.work = batch;
    this.#limit(settlement, options);
  }

  /** The same, for items that are pulled as there is room for them. */
  stream(wish: StreamWish): OpenStream {
    const { fn, mode, input, ordered, options } = wish;
    const callable = this.#accept(fn, options);
    // Its first item may come later, or never.
    this.crew.checkOpen();
    const request = { crew: this.crew, callable, mode, options };
    const { window, chunkSize } = proportions(wish, this.size);
    const number = ++this.#streams;
    const stream: Stream = new Stream({
      input,
      ordered,
      window,
      chunkSize,
      launch: (chunk, ended) => {
        const slot = new SlotTask(request, chunk, ended);
        this.crew.submit(slot);
        return slot;
      },
      onFed: () => this.#fed(stream),
      onDone: () => {
        this.#open.delete(number);
        limit?.cut();
      },
    });
    this.#feeding.add(stream);
    this.#open.set(number, stream);
    const limit = limitFor(callable.name, options, (reason) => stream.stop(reason));
    stream.feed();
    const givenTo = (iterator: object): void => this.#left.register(iterator, number);
    return { label: callable.name, stream, limit, givenTo };
  }

  /** Takes no more work; what was accepted is done. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#feeding.size === 0) this.crew.close();
  }

  async join(wait?: Wait): Promise<boolean> {
    this.#unleash();
    return await this.crew.join(wait);
  }

  joinSync(wait?: SyncWait): boolean {
    this.#unleash();
    return this.crew.joinSync(wait);
  }

  /** Drops everything that no worker has begun. */
  dropQueued(error: ErrorFor): void {
    const errorFor = withOneStack(error);
    for (const stream of this.#feeding) stream.halt(errorFor("items that were not sent yet"));
    for (const task of this.crew.cancelQueued()) (task as DroppableTask).dropped(errorFor);
  }

  /** Ends everything now. The functions make the errors of what is dropped. */
  async terminate(
    running: ErrorFor,
    queued: ErrorFor,
    how: "SIGTERM" | "SIGKILL" = "SIGTERM",
  ): Promise<void> {
    this.#closed = true;
    const errorFor = withOneStack(queued);
    for (const stream of this.#feeding) stream.halt(errorFor("items that were not sent yet"));
    await this.crew.terminate(
      (task) => running(task.name),
      (task) => {
        if (task.mode !== "call") return errorFor(task.name);
        // So that a future says that it was cancelled; the failure that follows is not heard.
        return (task as DroppableTask).dropped(errorFor);
      },
      how,
    );
  }

  toString(): string {
    const { pending, workers } = this.crew;
    const state = this.#closed && this.crew.state === "open" ? "closed" : this.crew.state;
    const parts = [this.name, state, `${workers.length} of ${this.size} workers`];
    return `${this.#kind}(${parts.join(", ")}, ${pending} pending)`;
  }

  #accept(fn: AnyFunction, options: WorkOptions): Callable {
    checkFunction(fn);
    options.signal?.throwIfAborted();
    if (this.#closed)
      throw new ClosedError(`${this.#kind} ${this.name} takes no more work: it was closed`);
    return this.crew.prepare(fn);
  }

  #limit(settlement: Settlement<unknown>, options: WorkOptions): void {
    settlement.limit = limitFor(settlement.label, options, (reason) => settlement.stop(reason));
  }

  #fed(stream: Stream): void {
    this.#feeding.delete(stream);
    if (this.#closed && this.#feeding.size === 0) this.crew.close();
  }

  /** Whoever waits for the end may be the one who would have taken the results. */
  #unleash(): void {
    for (const stream of this.#feeding) stream.unleash();
  }
}

function limitFor(
  label: string,
  { timeoutMs, signal }: WorkOptions,
  stop: (reason: unknown) => void,
): Limit | undefined {
  if (timeoutMs === undefined && signal === undefined) return undefined;
  return new Limit(label, timeoutMs ?? Infinity, signal, stop);
}

/** A chunk never fills the window alone: all workers are to have something to do. */
function proportions(
  { options, window }: StreamWish,
  workers: number,
): { window: number; chunkSize: number } {
  const chunkSize = options.chunkSize ?? 1;
  const room = options.bufferSize ?? window;
  if (room === Infinity) return { window: room, chunkSize };
  return { window: room, chunkSize: Math.min(chunkSize, Math.max(1, Math.floor(room / workers))) };
}

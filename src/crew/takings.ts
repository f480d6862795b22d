/**
 * Results: from a link to the tasks that they belong to. A value whose class is in a module that is
 * not loaded yet needs the event loop; it is kept, and settled at once when somebody blocks for it.
 */
import { Incoming } from "../channels/messages/message.ts";
import { codedFailure, type Where } from "../workers/crossing/payload.ts";
import type { Coding } from "./cargo.ts";
import type { Hand } from "./hand.ts";
import * as kind from "./message-head.ts";
import type { EachResult, Task } from "./task.ts";

export class Takings {
  readonly #coding: Coding;
  readonly #where: Where;
  readonly #ended: (task: Task) => void;
  #incoming = new Incoming();
  /** Tasks whose value is still being loaded, and how to have it at once. */
  readonly #loading = new Map<Task, () => void>();
  blocking = false;

  /** @param ended is told of each task right before it learns what became of it */
  constructor(coding: Coding, where: Where, ended: (task: Task) => void) {
    this.#coding = coding;
    this.#where = where;
    this.#ended = ended;
  }

  /** Where the next result is to be taken. */
  get incoming(): Incoming {
    return this.#incoming;
  }

  /** Settles a task whose result was just taken into `incoming`. */
  settle(task: Task, hand: Hand, head: kind.Head): void {
    task.usedMs += head.detail / 1000;
    if (head.kind === kind.FAILURE) this.#fail(task, hand);
    else this.#succeedSoon(task, head.kind, hand);
  }

  #succeedSoon(task: Task, what: number, hand: Hand): void {
    const incoming = this.#incoming;
    const loading = this.blocking ? undefined : this.#loadFor(incoming);
    if (loading === undefined) return this.#succeed(task, what, hand, incoming);
    // Kept until then; the next result comes into another.
    this.#incoming = new Incoming();
    const later = (): void => {
      if (this.#loading.delete(task)) this.#succeed(task, what, hand, incoming);
    };
    this.#loading.set(task, later);
    loading.then(later, later);
  }

  #loadFor(incoming: Incoming): Promise<void> | undefined {
    try {
      return this.#coding.loadFor(incoming);
    } catch {
      // Decoding says what is wrong with it.
      return undefined;
    }
  }

  #succeed(task: Task, what: number, hand: Hand, incoming: Incoming): void {
    let result: unknown;
    try {
      const value = this.#coding.decode(incoming);
      result = task.mode === "call" ? value : this.#eachResult(value, what, hand);
    } catch (error) {
      return this.fail(task, error);
    }
    const calls = task.mode === "call" ? 1 : (result as EachResult).values.length;
    if (calls > 0) task.callable.learn(task.usedMs / calls);
    this.#end(task, succeed, result);
  }

  #eachResult(value: unknown, what: number, hand: Hand): EachResult {
    if (what !== kind.EACH_FAILED)
      return { values: value as unknown[], failures: null, refused: [] };
    const [values, coded, refused] = value as [unknown[], [number, Uint8Array][], number[]];
    const failures = new Map(
      coded.map(([index, bytes]) => [index, this.#failure(bytes, hand).now()]),
    );
    return { values, failures, refused };
  }

  #fail(task: Task, hand: Hand): void {
    const failure = this.#failure(this.#coding.decodeBytes(this.#incoming), hand);
    // Where nothing is to be loaded, failures come in their order among the results.
    if (this.blocking || failure.isReady()) return this.fail(task, failure.now());
    this.#loading.set(task, () => {
      if (this.#loading.delete(task)) this.fail(task, failure.now());
    });
    void failure.soon().then((error) => {
      if (this.#loading.delete(task)) this.fail(task, error);
    });
  }

  #failure(bytes: Uint8Array, { host, name }: Hand): ReturnType<typeof codedFailure> {
    const where = this.#where === "thread" ? `thread ${host.threadId}` : `process ${host.pid}`;
    return codedFailure(bytes, this.#where, `${where} (${name})`);
  }

  /** Settles without the event loop whatever can be. */
  settleLoading(): void {
    for (const now of this.#loading.values()) now();
  }

  /** Ends a task with an error. */
  fail(task: Task, error: unknown): void {
    this.#end(task, fail, error);
  }

  /** Ends a task, whatever its own code does then. */
  #end(task: Task, settle: (task: Task, outcome: unknown) => void, outcome: unknown): void {
    if (task.phase === "over") return;
    this.#ended(task);
    try {
      settle(task, outcome);
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
  }
}

const succeed = (task: Task, value: unknown): void => task.succeed(value);
const fail = (task: Task, error: unknown): void => task.fail(error);

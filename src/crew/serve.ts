/** The life of a worker: it takes a task, runs it, sends the result, and takes the next. */
import { newFlow, runInScope } from "../core/flow.ts";
import { resultRefused } from "../carry/index.ts";
import { encodeFailure, type Where } from "../workers/crossing/payload.ts";
import {
  type AnyGenerator,
  call,
  Harvest,
  isGenerator,
  isPromise,
  runSlice,
  type Slice,
} from "./call.ts";
import { setStopRequest, type StopRequest } from "./current-signal.ts";
import { type AnyFunction, KnownFunctions } from "./known-functions.ts";
import * as kind from "./message-head.ts";
import type { Port } from "./port.ts";
import { Rest } from "./rest.ts";
import { sift } from "./sift.ts";

const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** A task that was taken. */
interface Taken {
  readonly kind: number;
  readonly number: number;
  readonly detail: number;
  readonly sliceMs: number;
  readonly began: number;
}

export class Server {
  readonly #port: Port;
  readonly #where: Where;
  readonly #functions = new KnownFunctions();
  readonly #parked = new Map<number, AnyGenerator>();
  readonly #rest: Rest;
  readonly #alive: NodeJS.Timeout = setInterval(() => {}, LONGEST_TIMER_MS).unref();
  #generators = 0;
  /** When the last task ended, or the wait for one: the clock costs as much as a small task. */
  #now = 0;

  constructor(port: Port, where: Where) {
    this.#port = port;
    this.#where = where;
    this.#rest = new Rest(port);
  }

  /** Returns when there will be no more tasks. */
  async serve(): Promise<void> {
    const port = this.#port;
    this.#now = performance.now();
    for (;;) {
      if (!port.next()) {
        if (port.stopping) return;
        const looked = this.#rest.lookForNews();
        if (!looked) {
          await this.#rest.turn();
          while (!this.#rest.sleep()) await this.#rest.wait();
        }
        this.#now = performance.now();
        if (!looked) this.#rest.end(this.#now);
        continue;
      }
      const { head } = port;
      if (head.kind === kind.FUNCTION) this.#learn(head.number);
      else if (head.kind === kind.FORGET) this.#functions.forget(head.number);
      else if (head.kind === kind.DROP) this.#parked.delete(head.number);
      else {
        const later = this.#begin();
        if (later !== undefined) await this.#staying(later);
        const turn = this.#rest.afterTask(this.#now);
        if (turn === undefined) continue;
        await turn;
        this.#now = performance.now();
      }
    }
  }

  /**
   * A task may wait for something that keeps no event loop alive: a lock's turn, an abort, nothing.
   * Without this the worker would end under it.
   */
  async #staying(task: Promise<void>): Promise<void> {
    this.#alive.ref();
    await task;
    this.#alive.unref();
  }

  #learn(number: number): void {
    this.#functions.learn(number, () => this.#port.decodeFunction());
  }

  /** Runs the task that was taken; a promise when that takes more than this moment. */
  #begin(): Promise<void> | undefined {
    const { kind: what, number, detail, slice } = this.#port.head;
    const task = { kind: what, number, detail, sliceMs: slice / 1000, began: this.#now };
    setStopRequest(new TaskStop(this.#port, number));
    try {
      if (what === kind.RESUME) return this.#run(task, () => this.#slice(detail, task.sliceMs));
      const args = this.#port.coding.decodeSoon(this.#port.incoming);
      const loading = this.#functions.loading(detail);
      if (loading !== undefined || args instanceof Promise) {
        return this.#beginLater(task, loading, args);
      }
      return this.#call(task, args);
    } catch (error) {
      this.#fail(task, error);
      return undefined;
    }
  }

  async #beginLater(task: Taken, loading: Promise<void> | undefined, args: unknown): Promise<void> {
    try {
      const [given] = await Promise.all([args, loading]);
      await this.#call(task, given);
    } catch (error) {
      this.#fail(task, error);
    }
  }

  #call(task: Taken, given: unknown): Promise<void> | undefined {
    const fn = this.#functions.get(task.detail);
    if (task.sliceMs > 0 && task.kind <= kind.CALL_ONE && isGenerator(fn)) {
      const args = task.kind === kind.CALL ? ((given as unknown[]) ?? []) : [given];
      return this.#run(task, () => this.#firstSlice(fn, args, task.sliceMs));
    }
    return this.#run(task, () => call(task.kind, fn, given));
  }

  /** Runs the body of a task as a flow of its own, and sends what it gives. */
  #run(task: Taken, body: () => unknown): Promise<void> | undefined {
    let value: unknown;
    try {
      value = runInScope({ flow: newFlow(), host: undefined }, body);
    } catch (error) {
      this.#fail(task, error);
      return undefined;
    }
    if (isPromise(value)) return this.#finishLater(task, value);
    this.#finish(task, value);
    return undefined;
  }

  async #finishLater(task: Taken, value: PromiseLike<unknown>): Promise<void> {
    try {
      this.#finish(task, await value);
    } catch (error) {
      this.#fail(task, error);
    }
  }

  #firstSlice(fn: AnyFunction, args: unknown[], sliceMs: number): unknown {
    const number = (this.#generators = (this.#generators + 1) & 0x3fff_ffff);
    this.#parked.set(number, fn(...args) as AnyGenerator);
    return this.#slice(number, sliceMs);
  }

  /** Runs a parked generator for a slice of time; it stays parked if it has not ended then. */
  #slice(number: number, sliceMs: number): unknown {
    const generator = this.#parked.get(number)!;
    this.#parked.delete(number);
    const slice = runSlice(generator, sliceMs);
    const after = ({ done, value }: Slice): unknown => {
      if (done) return value;
      this.#parked.set(number, generator);
      return new Unfinished(number);
    };
    return isPromise(slice) ? slice.then(after) : after(slice);
  }

  #finish(task: Taken, value: unknown): void {
    setStopRequest(null);
    const micros = this.#microsSince(task);
    if (value instanceof Unfinished) {
      this.#port.park(task.number, micros, value.generator);
      return;
    }
    try {
      this.#answer(task, micros, value);
    } catch (error) {
      if (value instanceof Harvest) this.#finishSifted(task, micros, value);
      else this.#fail(task, resultRefused(error));
    }
  }

  /** One value that cannot cross is one failure, not that of all items. */
  #finishSifted(task: Taken, micros: number, harvest: Harvest): void {
    try {
      sift(harvest, this.#port.coding);
      this.#answer(task, micros, harvest);
    } catch (error) {
      this.#fail(task, resultRefused(error));
    }
  }

  #answer(task: Taken, micros: number, value: unknown): void {
    const { coding } = this.#port;
    let what = kind.VALUE;
    let coded = value;
    if (value instanceof Harvest) {
      coded = value.values;
      if (value.failures !== null) {
        what = kind.EACH_FAILED;
        const failures = [...value.failures].map(([index, error]) => [
          index,
          encodeFailure(error, this.#where),
        ]);
        coded = [value.values, failures, value.refused];
      }
    }
    this.#port.answer(what, task.number, micros, coding.encode(coded, "result"));
  }

  #fail(task: Taken, error: unknown): void {
    setStopRequest(null);
    const bytes = encodeFailure(error, this.#where);
    const draft = this.#port.coding.encodeBytes(bytes);
    this.#port.answer(kind.FAILURE, task.number, this.#microsSince(task), draft);
  }

  #microsSince({ began }: Taken): number {
    this.#now = performance.now();
    return Math.round((this.#now - began) * 1000);
  }
}

/** A generator that used up its slice. */
class Unfinished {
  readonly generator: number;

  constructor(generator: number) {
    this.generator = generator;
  }
}

class TaskStop implements StopRequest {
  readonly #port: Port;
  readonly #number: number;

  constructor(port: Port, number: number) {
    this.#port = port;
    this.#number = number;
  }

  get isMade(): boolean {
    return this.#port.isCancelled(this.#number);
  }

  reason(): unknown {
    return this.#port.reason();
  }

  whenMade(callback: () => void): () => void {
    return this.#port.whenCancelled(this.#number, callback);
  }
}

/**
 * An event loop for the threads of a model: synchronous, so that waits which are promises can be
 * interleaved like all others. While it runs, `Promise`, `queueMicrotask` and `setImmediate` are
 * its.
 */
import { atomics } from "#internal/core/atomics.js";
import type { Listening } from "#internal/core/arena.js";
import { slotAt, slotOf } from "#internal/core/layout.js";
import { loopWaits } from "#internal/core/loop-waits.js";
import type { Member } from "#internal/core/member.js";
import { sweep } from "#internal/core/settle.js";
import { S_ARMED } from "#internal/core/slots.js";
import type { Waitable } from "#internal/core/waitable.js";

/** Words of the header where bells are: 1 when rung. */
const BELLS = 1_000;
/** After a death the kernel ends a lifeline; here a loop looks for deaths by itself. */
const LIFELINE_MS = 250;

const bellOf = (id: number): number => BELLS + slotOf(id);

export function ringModelBell(words: Int32Array, id: number): void {
  if (atomics.exchange(words, slotAt(slotOf(id)) + S_ARMED, 0) !== 1) return;
  atomics.store(words, bellOf(id), 1);
  atomics.notify(words, bellOf(id), 1);
}

export class ModelBell implements Listening {
  readonly descriptor = null;
  readonly #words: Int32Array;
  readonly #id: number;
  readonly onRing: () => void;
  held = false;

  constructor(words: Int32Array, id: number, onRing: () => void) {
    this.#words = words;
    this.#id = id;
    this.onRing = onRing;
    running.at(-1)!.ringsFor(this);
  }

  arm(): void {
    atomics.store(this.#words, slotAt(slotOf(this.#id)) + S_ARMED, 1);
  }

  quiet(): void {}
  hold(on: boolean): void {
    this.held = on;
  }
  familyGrew(): void {}
  stop(): void {}
}

/** A promise that is looked at, not awaited. */
class Settled<T> {
  done = false;
  value: T | undefined;
  reason: unknown;

  constructor(begin: (resolve: (value: T) => void, reject: (reason: unknown) => void) => void) {
    begin(
      (value) => {
        this.done = true;
        this.value = value;
      },
      (reason) => {
        this.done = true;
        this.reason = reason;
      },
    );
  }

  static resolve<T>(value: T): Settled<T> {
    return new Settled((resolve) => resolve(value));
  }

  static reject(reason: unknown): Settled<never> {
    return new Settled((_, reject) => reject(reason));
  }
}

/** The loop whose thread runs now. */
const running: ModelLoop[] = [];

export class ModelLoop {
  readonly #member: Member;
  readonly #tasks: (() => void)[] = [];
  #bell: ModelBell | undefined;

  constructor(member: Member) {
    this.#member = member;
  }

  /** Whether the program would live on for what its bell may bring. */
  get isHeld(): boolean {
    return this.#bell?.held ?? false;
  }

  ringsFor(bell: ModelBell): void {
    this.#bell = bell;
  }

  /** Begins all waits and runs the loop until they are over; calls back for each that is. */
  run(waitables: readonly Waitable[], onToken: (token: number, which: number) => void): void {
    let open: { which: number; promise: Settled<number> }[] = [];
    const begin = (): void => {
      open = waitables.map((waitable, which) => ({
        which,
        promise: loopWaits(this.#member).wait(waitable) as unknown as Settled<number>,
      }));
    };
    this.runUntil(begin, () => {
      for (const { which, promise } of open) if (promise.done) onToken(promise.value!, which);
      open = open.filter(({ promise }) => !promise.done);
      return open.length === 0;
    });
  }

  /** Runs the loop until `isOver`, which is asked between two turns. */
  runUntil(begin: () => void, isOver: () => boolean): void {
    const { Promise, queueMicrotask, setImmediate } = globalThis;
    const later = (task: () => void): void => void this.#tasks.push(task);
    Object.assign(globalThis, { Promise: Settled, queueMicrotask: later, setImmediate: later });
    // Of a promise that was made before.
    const then = Reflect.get(Promise.prototype, "then") as unknown;
    Reflect.set(Promise.prototype, "then", later);
    running.push(this);
    try {
      begin();
      while (!isOver()) this.#turn();
    } finally {
      Object.assign(globalThis, { Promise, queueMicrotask, setImmediate });
      Reflect.set(Promise.prototype, "then", then);
      running.pop();
    }
  }

  #turn(): void {
    const task = this.#tasks.shift();
    if (task !== undefined) return task();
    const { words } = this.#member.arena;
    const at = bellOf(this.#member.id);
    if (atomics.load(words, at) === 0) atomics.wait(words, at, 0, LIFELINE_MS);
    if (atomics.exchange(words, at, 0) === 1) this.#bell!.onRing();
    else sweep(this.#member);
  }
}

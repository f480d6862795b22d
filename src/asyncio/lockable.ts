/**
 * What locks and semaphores have in common: a line of waiters, served in order of arrival, and the
 * forms of taking a turn.
 *
 * Whoever releases hands the turn to the first in line at once, so nobody overtakes; a waiter that
 * is cancelled before it went on hands it to the next.
 */
import type { Wait } from "../core/deadline.ts";
import { areOptions, shownKind } from "../core/options.ts";
import { TimeoutError } from "../errors.ts";
import { Guard } from "./guard.ts";
import { Line } from "./line.ts";
import { answered } from "./ready.ts";
import { takeCancellation } from "./scope.ts";
import { limitsOf, Waiter, type Place } from "./waiter.ts";

const immediately = Promise.resolve<true>(true);
let created = 0;

/** What a lock or semaphore is called. */
export interface LockOptions {
  /** Shown in messages. */
  name?: string;
}

/** What tasks can take, wait for, and give back: locks and semaphores. */
export abstract class Lockable implements Place<boolean> {
  /** The name it was given, or one made of its kind and a number. */
  readonly name: string;
  /** @internal Order of creation: the order in which `holdAll` takes locks. */
  readonly rank: number = ++created;
  readonly #line = new Line<boolean>();

  constructor(kind: string, options: LockOptions | undefined) {
    if (options !== undefined && !areOptions(options))
      throw new TypeError(`options must be an object such as { name }, not ${shownKind(options)}`);
    const name = options?.name;
    if (name !== undefined && typeof name !== "string")
      throw new TypeError(`name must be a string, not ${typeof name}`);
    this.name = name ?? `${kind}-${this.rank}`;
  }

  /** Whether an acquire would have to wait. */
  abstract get locked(): boolean;

  /** How many wait for a turn. */
  get waiting(): number {
    return this.#line.length;
  }

  /** Takes a turn if nobody has to be waited for. */
  abstract tryAcquire(): boolean;

  /** Gives one turn back; the first in line has it at once. */
  abstract release(): void;

  /** Waits for a turn; false when the time of `wait` is over. */
  acquire(): Promise<true>;
  acquire(wait: Wait | undefined): Promise<boolean>;
  acquire(wait?: Wait): Promise<boolean> {
    if (wait !== undefined) return this.#acquireWithin(wait);
    const refused = takeCancellation();
    if (refused !== undefined) return Promise.reject(refused);
    return this.tryAcquire() ? answered(immediately) : this.#stand().promise;
  }

  /**
   * Takes a turn for the length of a block: `using _ = await lock.hold()`.
   * @throws TimeoutError when the time of `wait` is over
   */
  hold(wait?: Wait): Promise<Guard> {
    if (wait !== undefined) return this.#holdWithin(wait);
    const refused = takeCancellation();
    if (refused !== undefined) return Promise.reject(refused);
    if (this.tryAcquire()) return answered(Promise.resolve(new Guard(this)));
    return this.#stand().promise.then(() => new Guard(this));
  }

  /**
   * Runs `body` with a turn, which is released whatever happens.
   * @throws TimeoutError when the time of `wait` is over
   */
  async run<R>(body: () => R | Promise<R>, wait?: Wait): Promise<R> {
    if (typeof body !== "function") throw new TypeError(`run takes a function, not ${typeof body}`);
    const guard = await this.hold(wait);
    try {
      return await body();
    } finally {
      guard.release();
    }
  }

  /** @internal */
  leave(waiter: Waiter<boolean>): void {
    this.#line.leave(waiter);
  }

  /** @internal */
  giveBack(): void {
    this.release();
  }

  /** @internal */
  describe(): string {
    return `${this.name}.acquire()`;
  }

  /** Hands a turn to the first in line. False when nobody waits. */
  protected passOn(): Waiter<boolean> | undefined {
    const next = this.#line.next();
    next?.grant(true);
    return next;
  }

  toString(): string {
    const waiting = this.waiting === 0 ? "" : `, ${this.waiting} waiting`;
    return `<${this.constructor.name} ${this.name} ${this.locked ? "locked" : "free"}${waiting}>`;
  }

  async #holdWithin(wait: Wait): Promise<Guard> {
    if (await this.#acquireWithin(wait)) return new Guard(this);
    throw new TimeoutError(`${this.name} was not free within ${wait.timeoutMs} ms`);
  }

  async #acquireWithin(wait: Wait): Promise<boolean> {
    const limits = limitsOf(wait);
    limits.signal?.throwIfAborted();
    const refused = takeCancellation();
    if (refused !== undefined) throw refused;
    if (this.tryAcquire()) return true;
    return this.#stand().limit(limits, (waiter) => waiter.end(false)).promise;
  }

  #stand(): Waiter<boolean> {
    const waiter = new Waiter<boolean>(this);
    this.#line.join(waiter);
    return waiter;
  }
}

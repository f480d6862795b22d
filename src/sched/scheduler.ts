/**
 * A queue of actions with a time each, and the loop that performs them in order.
 *
 * One action is performed at a time: the next waits until the promise of the one before has
 * settled, however late that makes it, so actions never overlap.
 */
import { checkTime, Deadline, Fuse, signalOf, timeAllowed, type Wait } from "../core/deadline.ts";
import { checkFlag, checkIsOptions, shownKind } from "../core/options.ts";
import { napSync } from "../core/nap.ts";
import { showByToString } from "../core/shown.ts";
import { NotFoundError, TimeoutError } from "../errors.ts";
import { EventHeap } from "./event-heap.ts";
import { pause, pauseOn, type Pause } from "./pause.ts";
import { ScheduledEvent } from "./scheduled-event.ts";
import { staysHere } from "../carry/stays-here.ts";

/** By which clock a scheduler goes, and how it waits. */
export interface SchedulerOptions {
  /** The clock, `performance.now` unless given. */
  time?: () => number;
  /**
   * Waits as long as it is told on that clock. Is called with 0 after each event, to let others
   * run.
   */
  delay?: (ms: number) => unknown;
}

/** How long a run may take, and whether it waits at all. */
export interface RunOptions extends Wait {
  /** False performs what is due by now and does not wait for the rest. */
  blocking?: boolean;
}

type Action = (...args: never[]) => unknown;

/**
 * Actions, each with a time, that `run` performs in order, one after the other; with none running
 * nothing is performed.
 */
export class Scheduler {
  readonly #events = new EventHeap();
  readonly #time: () => number;
  readonly #delay: ((ms: number) => unknown) | undefined;
  readonly #pauses = new Set<Pause>();
  #sequence = 0;

  constructor(options: SchedulerOptions = {}) {
    checkIsOptions(options);
    for (const name of ["time", "delay"] as const) {
      if (options[name] !== undefined && typeof options[name] !== "function")
        throw new TypeError(`${name} must be a function, not ${typeof options[name]}`);
    }
    this.#time = options.time ?? (() => performance.now());
    this.#delay = options.delay;
  }

  /**
   * Schedules `action` in `delayMs` from now; among events of one time lower priorities go first.
   */
  enter(delayMs: number, priority: number, action: () => unknown): ScheduledEvent;
  enter<A extends unknown[]>(
    delayMs: number,
    priority: number,
    action: (...args: A) => unknown,
    args: [...A],
  ): ScheduledEvent;
  enter(delayMs: number, priority: number, action: Action, args?: unknown[]): ScheduledEvent {
    checkTime(delayMs, "delayMs");
    return this.#add(this.#time() + delayMs, priority, action, args);
  }

  /** Schedules `action` for a moment on the scheduler's clock, which may be past. */
  enterAbs(time: number, priority: number, action: () => unknown): ScheduledEvent;
  enterAbs<A extends unknown[]>(
    time: number,
    priority: number,
    action: (...args: A) => unknown,
    args: [...A],
  ): ScheduledEvent;
  enterAbs(time: number, priority: number, action: Action, args?: unknown[]): ScheduledEvent {
    if (typeof time !== "number") throw new TypeError(`time must be a number, not ${typeof time}`);
    return this.#add(time, priority, action, args);
  }

  #add(
    time: number,
    priority: number,
    action: Action,
    args: unknown[] | undefined,
  ): ScheduledEvent {
    if (!Number.isFinite(time)) throw new RangeError(`an event cannot be due at ${time}`);
    if (typeof priority !== "number")
      throw new TypeError(`priority must be a number, not ${typeof priority}`);
    if (Number.isNaN(priority)) throw new RangeError("priority must not be NaN");
    if (typeof action !== "function")
      throw new TypeError(`action must be a function, not ${typeof action}`);
    if (args !== undefined && !Array.isArray(args))
      throw new TypeError(`args must be an array, not ${typeof args}`);
    const event = new ScheduledEvent(time, priority, this.#sequence++, action, args ?? []);
    this.#events.add(event);
    if (this.#events.next === event) this.#wakeRuns();
    return event;
  }

  /**
   * Takes exactly this event out of the queue.
   * @throws NotFoundError when it is not there: performed, cancelled, or another scheduler's;
   * TypeError for what is no event
   */
  cancel(event: ScheduledEvent): void {
    if (!(event instanceof ScheduledEvent))
      throw new TypeError(`cancel takes what enter gave, not ${shownKind(event)}`);
    if (!this.#events.remove(event))
      throw new NotFoundError(`${String(event)} is not in the queue; was it performed?`);
    this.#wakeRuns();
  }

  /**
   * Performs events as they fall due, until none is left, and answers null. With
   * `blocking: false` it performs what is due and answers the milliseconds until the next event,
   * null when there is none.
   *
   * An action's error comes out here and leaves the other events scheduled: call `run` again to go
   * on. So do an abort and the end of `timeoutMs` (TimeoutError); an action that is being performed
   * is not interrupted.
   *
   * Differs from Python: an event entered while this waits for a later one is performed in time
   * (unless a `delay` of yours is doing the waiting).
   */
  async run(options: RunOptions = {}): Promise<number | null> {
    checkIsOptions(options);
    const { blocking, ...limits } = options;
    checkFlag(blocking, "blocking");
    const signal = signalOf(options);
    signal?.throwIfAborted();
    const call = new Call();
    const fuse = new Fuse(
      timeAllowed(limits),
      signal,
      () => call.end(notDone(options)),
      () => call.end(signal!.reason),
    );
    try {
      for (;;) {
        call.check();
        const event = this.#events.next;
        if (event === undefined) return null;
        const early = event.time - this.#time();
        if (early > 0) {
          if (blocking === false) return early;
          await this.#pause(early, call);
        } else {
          this.#events.remove(event);
          await event.perform();
          await this.#pause(0, call);
        }
      }
    } finally {
      fuse.cut();
    }
  }

  async #pause(ms: number, call: Call): Promise<void> {
    if (this.#delay !== undefined) {
      await call.during(pauseOn(this.#delay(ms)));
      return;
    }
    const own = pause(ms);
    this.#pauses.add(own);
    try {
      await call.during(own);
    } finally {
      this.#pauses.delete(own);
    }
  }

  #wakeRuns(): void {
    for (const own of this.#pauses) own.end();
  }

  /**
   * `run` that blocks the thread. Neither its actions nor `delay` may be asynchronous: nothing
   * could await them.
   * @throws TypeError when one of them returned a promise
   */
  runSync(
    options: {
      /** False performs what is due by now and does not wait for the rest. */
      blocking?: boolean;
      /** Milliseconds, after which it throws a TimeoutError; no limit when absent. */
      timeoutMs?: number;
    } = {},
  ): number | null {
    checkIsOptions(options);
    const { blocking, ...limits } = options;
    checkFlag(blocking, "blocking");
    const deadline = new Deadline(timeAllowed(limits));
    const delay = this.#delay ?? napSync;
    for (;;) {
      const event = this.#events.next;
      if (event === undefined) return null;
      const early = event.time - this.#time();
      if (early > 0) {
        if (blocking === false) return early;
        if (deadline.passed) throw notDone(options);
        refusePromise(delay(Math.min(early, deadline.remainingMs)), "delay");
      } else {
        this.#events.remove(event);
        refusePromise(event.perform(), String(event));
        refusePromise(delay(0), "delay");
      }
    }
  }

  /** Whether no event is left. */
  get empty(): boolean {
    return this.#events.size === 0;
  }

  /** The events left, in the order in which they are due; a copy. */
  get queue(): ScheduledEvent[] {
    return this.#events.sorted();
  }

  toString(): string {
    const next = this.#events.next;
    const state = next === undefined ? "empty" : `${this.#events.size} left, next ${String(next)}`;
    return `Scheduler(${state})`;
  }

  static {
    showByToString(this);
  }
}

staysHere("a Scheduler", Scheduler, "make one where its events are to run");

function notDone({ timeoutMs }: { timeoutMs?: number }): TimeoutError {
  return new TimeoutError(`not all events were due within ${timeoutMs} ms; the rest is scheduled`);
}

function refusePromise(returned: unknown, who: string): void {
  if (returned instanceof Promise)
    throw new TypeError(`${who} returned a promise, which runSync cannot await`);
}

/** One call of `run`: what ended it, and the pause to cut short when that happens. */
class Call {
  #ended: { reason: unknown } | undefined;
  #pause: Pause | undefined;

  end(reason: unknown): void {
    this.#ended = { reason };
    this.#pause?.end();
  }

  check(): void {
    if (this.#ended !== undefined) throw this.#ended.reason;
  }

  async during(pause: Pause): Promise<void> {
    this.#pause = pause;
    if (this.#ended !== undefined) pause.end();
    await pause.done;
    this.#pause = undefined;
  }
}

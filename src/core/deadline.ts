/**
 * Times and ends of waiting: every waiting call of the library takes `Wait`, its Sync twin
 * `SyncWait`.
 *
 * Blocking code asks a `Deadline` how long it may still sleep. Event-loop code arms a `Fuse`,
 * which calls back once, at the deadline or when the signal aborts, whichever comes first. All
 * waits on one AbortSignal share a single listener, which is removed with the last of them: ten
 * thousand waits leave nothing behind.
 */

import { currentHost } from "./flow.ts";
import { checkNames, WAIT_NAMES } from "./option-names.ts";
import { isRecord, shownKind } from "./options.ts";

/** How long a wait may take, and what may end it early. */
export interface Wait {
  /** Milliseconds; zero tries once; absent or Infinity waits for ever. */
  timeoutMs?: number;
  /** Ends the wait: it rejects with `signal.reason`. */
  signal?: AbortSignal;
}

/** The blocking twin of `Wait`. */
export interface SyncWait {
  /** Milliseconds; zero tries once; absent or Infinity waits for ever. */
  timeoutMs?: number;
}

/**
 * Checks a time given by a caller.
 * @throws TypeError when it is no number, RangeError when it is negative or NaN
 */
export function checkTime(value: unknown, name = "timeoutMs"): number {
  if (typeof value !== "number")
    throw new TypeError(`${name} must be a number of milliseconds, not ${typeof value}`);
  if (!(value >= 0)) throw new RangeError(`${name} must be zero or more, not ${value}`);
  return value;
}

/**
 * The milliseconds a caller allows, `otherwise` where no time was given, or undefined for one;
 * checks the options themselves too.
 */
export function timeAllowed(wait: SyncWait | undefined, otherwise: number = Infinity): number {
  if (wait === undefined) return otherwise;
  if (!isRecord(wait)) {
    throw new TypeError(
      "the options of a wait must be an object such as { timeoutMs: 100 } or { signal }, " +
        `not ${shownKind(wait)}`,
    );
  }
  const { timeoutMs } = wait as SyncWait;
  if (timeoutMs !== undefined) return checkTime(timeoutMs);
  // Only now: what else may be called wrongly here is the time, and the hot calls give one.
  checkNames(wait, WAIT_NAMES);
  return otherwise;
}

/** The signal a caller gave, checked. */
export function givenSignal(wait: Wait | undefined): AbortSignal | undefined {
  const signal = wait?.signal;
  if (signal !== undefined && !(signal instanceof AbortSignal))
    throw new TypeError("signal must be an AbortSignal");
  return signal;
}

/**
 * The signal that ends a wait: the caller's, checked, and inside a task the task's too, so that
 * its cancellation reaches every wait of the library. Also to be asked when no `Wait` was given.
 */
export function signalOf(wait: Wait | undefined): AbortSignal | undefined {
  const signal = givenSignal(wait);
  const host = currentHost();
  if (host === undefined) return signal;
  const hosts = host.waitSignal;
  // A wait within a wait gives on what it was given, which is the host's already then.
  if (signal === undefined || signal === hosts || joined.get(signal) === hosts)
    return signal ?? hosts;
  return join(signal, hosts);
}

/** Signals of a caller and a host as one, with the host's. */
const joined = new WeakMap<AbortSignal, AbortSignal>();

const copiedReason = (signal: AbortSignal): unknown =>
  Reflect.get(AbortSignal.prototype, "reason", signal);

/**
 * `AbortSignal.any` copies a reason without reading it, but a host must learn that its cancellation
 * was taken. Therefore the reason is read where it came from.
 */
function join(signal: AbortSignal, hosts: AbortSignal): AbortSignal {
  const either = AbortSignal.any([signal, hosts]);
  joined.set(either, hosts);
  const reason = (): unknown => {
    if (!either.aborted) return undefined;
    const isHosts = hosts.aborted && copiedReason(either) === copiedReason(hosts);
    return isHosts ? hosts.reason : signal.reason;
  };
  const throwIfAborted = (): void => {
    if (either.aborted) throw reason();
  };
  return Object.defineProperties(either, {
    reason: { get: reason, configurable: true },
    throwIfAborted: { value: throwIfAborted, configurable: true },
  });
}

/** A moment after which a blocking wait gives up. */
export class Deadline {
  readonly #at: number;

  constructor(timeoutMs: number) {
    this.#at = timeoutMs === Infinity ? Infinity : performance.now() + timeoutMs;
  }

  /** Zero when it has passed. */
  get remainingMs(): number {
    return this.#at === Infinity ? Infinity : Math.max(0, this.#at - performance.now());
  }

  get passed(): boolean {
    return this.#at !== Infinity && performance.now() >= this.#at;
  }
}

/** Node fires longer timers at once, so these are armed in stages. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

const listening = new WeakMap<AbortSignal, Set<() => void>>();

/** Calls back once when `signal` aborts; returns what takes the callback away again. */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
  let waiting = listening.get(signal);
  if (waiting === undefined) {
    const callbacks = (waiting = new Set());
    listening.set(signal, callbacks);
  }
  if (waiting.size === 0) signal.addEventListener("abort", fanOut);
  waiting.add(callback);
  return () => {
    if (waiting.delete(callback) && waiting.size === 0) signal.removeEventListener("abort", fanOut);
  };
}

function fanOut(event: globalThis.Event): void {
  const signal = event.target as AbortSignal;
  signal.removeEventListener("abort", fanOut);
  const waiting = listening.get(signal)!;
  listening.delete(signal);
  for (const callback of waiting) callback();
}

/**
 * Ends an event-loop wait: by time (`onTimeout`) or by abort (`onAborted`), once, unless it is cut
 * before.
 */
export class Fuse {
  #timer: NodeJS.Timeout | undefined;
  #stopListening: (() => void) | undefined;
  readonly #onTimeout: () => void;

  /** @param timeoutMs as given by `timeAllowed` */
  constructor(
    timeoutMs: number,
    signal: AbortSignal | undefined,
    onTimeout: () => void,
    onAborted: () => void,
  ) {
    this.#onTimeout = onTimeout;
    if (timeoutMs !== Infinity) this.#arm(performance.now() + timeoutMs, timeoutMs);
    if (signal !== undefined) {
      this.#stopListening = onAbort(signal, () => {
        this.cut();
        onAborted();
      });
    }
  }

  #arm(at: number, ms: number): void {
    this.#timer = setTimeout(
      () => {
        const left = at - performance.now();
        if (left > 1) return this.#arm(at, left);
        this.cut();
        this.#onTimeout();
      },
      Math.min(Math.ceil(ms), LONGEST_TIMER_MS),
    );
  }

  /** Takes timer and listener away; to be called when the wait ended by itself. */
  cut(): void {
    clearTimeout(this.#timer);
    this.#stopListening?.();
  }
}

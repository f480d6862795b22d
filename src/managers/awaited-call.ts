/** A call whose promise waits for the server's answer. */
import { Fuse, givenSignal, onAbort, signalOf, timeAllowed, type Wait } from "../core/deadline.ts";
import { GIVE_BACK, GRACE_MS, type WaitFacts, type Waits } from "./late-wait.ts";
import { type Reply, RETURNED } from "./protocol.ts";

export type Tell = (method: string, ...args: unknown[]) => void;

/** What a call is to do, and when. */
export interface Ending {
  readonly resolve: (reply: Reply) => void;
  readonly reject: (reason: unknown) => void;
  /** Tells the server that nobody waits any more. */
  readonly cancel: () => void;
  /** Calls a method of the object without waiting for an answer. */
  readonly tell: Tell;
}

/**
 * Ends with the server's answer, also when it is aborted, unless that is late:
 *
 *   waiting   for the answer
 *   over      the time is over, or it was aborted; the answer has a grace
 *   left      the caller has gone on; what the answer brings is given back
 */
export class AwaitedCall {
  readonly #number: number;
  readonly #call: Abortable;
  readonly #ending: Ending;
  readonly #onOver: () => void;
  readonly #stopListening: (() => void) | undefined;
  /** Of the deadline, then of the grace. */
  #fuse: Fuse | undefined;
  #left = false;

  /** @param onOver called when nobody waits any more */
  constructor(number: number, call: Abortable, ending: Ending, onOver: () => void) {
    this.#number = number;
    this.#onOver = onOver;
    this.#call = call;
    this.#ending = ending;
    const { signal, facts, timeoutMs } = call;
    if (signal !== undefined) this.#stopListening = onAbort(signal, () => this.#onAborted(signal));
    if (signal?.aborted === true) this.#onAborted(signal);
    else if (facts?.late !== undefined && timeoutMs !== Infinity) {
      this.#burn(timeoutMs, () => this.#onLate(facts));
    }
  }

  #onLate({ late, leave }: WaitFacts): void {
    this.#leaveSoon(() => {
      this.#ending.cancel();
      if (leave !== undefined) this.#ending.tell(leave);
      return late!();
    });
  }

  #onAborted(signal: AbortSignal): void {
    this.#ending.cancel();
    const { facts } = this.#call;
    if (facts !== undefined && facts.late === undefined) return;
    this.#leaveSoon(() => {
      throw signal.reason;
    });
  }

  /** Answers that are here, and were not looked at while this thread was busy, come before that. */
  #leaveSoon(late: () => unknown): void {
    this.#burn(GRACE_MS, () => {
      this.#left = true;
      this.#end();
      try {
        this.#ending.resolve([this.#number, RETURNED, late()]);
      } catch (error) {
        this.#ending.reject(error);
      }
    });
  }

  #burn(timeoutMs: number, then: () => void): void {
    this.#fuse?.cut();
    this.#fuse = new Fuse(timeoutMs, undefined, then, then);
  }

  answered(reply: Reply): void {
    if (!this.#left) {
      this.#end();
      return this.#ending.resolve(reply);
    }
    const [, status, value] = reply;
    if (status === RETURNED && this.#call.facts?.givesBack === true) {
      this.#ending.tell(GIVE_BACK, value);
    }
  }

  /** There will be no answer. */
  fail(reason: unknown): void {
    this.#end();
    this.#ending.reject(reason);
  }

  #end(): void {
    this.#stopListening?.();
    this.#fuse?.cut();
    this.#onOver();
  }
}

export interface Abortable {
  /** As they are to be sent: without the signal, which means something only here. */
  readonly args: readonly unknown[];
  readonly signal: AbortSignal | undefined;
  /** Whether the method is to be given a signal. */
  readonly given: boolean;
  /** How long it may take. */
  readonly timeoutMs: number;
  /** What is known of it, when it is a wait. */
  readonly facts: WaitFacts | undefined;
}

/**
 * Finds the signal of a call: that of its options, and that of the task that it is made in.
 * @throws TypeError, RangeError for bad options of what is known to be a wait
 */
export function abortable(args: readonly unknown[], method: string, waits: Waits): Abortable {
  const facts = waits?.get(method);
  const place = waits === null ? args.length - 1 : facts?.at;
  const options = place === undefined ? undefined : args[place];
  const wait = waits === null ? withSignal(options) : checked(options as Wait | undefined);
  const timeoutMs = facts === undefined ? Infinity : timeAllowed(wait);
  if (wait?.signal === undefined) {
    // Nothing comes behind the options of a wait.
    const sent = timeoutMs === Infinity ? args : args.slice(0, place! + 1);
    return { ...plain(sent), timeoutMs, facts };
  }
  const { signal: own, ...rest } = wait;
  const signal = signalOf({ signal: own });
  return { args: [...args.slice(0, place), rest], signal, given: true, timeoutMs, facts };
}

/** A call that is given no signal: only that of the task that it is made in ends it. */
export const plain = (args: readonly unknown[]): Abortable => ({
  args,
  signal: signalOf(undefined),
  given: false,
  timeoutMs: Infinity,
  facts: undefined,
});

/** The same as `abortable` for a call that blocks its thread, which no signal ends. */
export const unabortable = (args: readonly unknown[], method: string, waits: Waits): Abortable =>
  waits === null ? plain(args) : abortable(args, method, waits);

function withSignal(last: unknown): Wait | undefined {
  if (typeof last !== "object" || last === null || !("signal" in last)) return undefined;
  return last.signal instanceof AbortSignal ? (last as Wait) : undefined;
}

function checked(wait: Wait | undefined): Wait | undefined {
  timeAllowed(wait);
  givenSignal(wait);
  return wait;
}

/**
 * Waits for what others wait for too and nobody's time ends; undefined when that of this call is
 * over, and with it the grace. @throws the signal's reason
 */
export function whileAwaited<T>(
  shared: Promise<T> | T,
  { signal, facts, timeoutMs }: Abortable,
): Promise<T | undefined> | T {
  const withinMs = facts?.late === undefined ? Infinity : timeoutMs + GRACE_MS;
  if (!(shared instanceof Promise) || (signal === undefined && withinMs === Infinity))
    return shared;
  return new Promise((resolve, reject) => {
    const late = (): void => resolve(undefined);
    const fuse = new Fuse(withinMs, signal, late, () => reject(signal!.reason));
    shared.finally(() => fuse.cut()).then(resolve, reject);
  });
}

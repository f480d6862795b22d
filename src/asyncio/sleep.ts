/**
 * Sleeping. `sleep(0)` does not set a timer: it lets everything that is ready go first and Node's
 * loop go round once, all sleepers of one turn together.
 */
import { checkTime } from "../core/deadline.ts";
import { onSeparation } from "../platform/copies.ts";
import { takeCancellation } from "./scope.ts";
import { Waiter, type Place } from "./waiter.ts";

/** The longest time one timer of Node can run. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

const asleep: Place<unknown> = { leave: () => {}, describe: () => "sleep" };

class Sleeper extends Waiter<unknown> {
  readonly #delayMs: number;
  readonly #value: unknown;
  #timer: NodeJS.Timeout | undefined;

  constructor(delayMs: number, value: unknown) {
    super(asleep);
    this.#delayMs = delayMs;
    this.#value = value;
    if (delayMs > 0) this.#sleep(delayMs);
    else if (round.push(this) === 1) setImmediate(endRound);
  }

  wake(): void {
    this.end(this.#value);
  }

  override describe(): string {
    return `sleep(${this.#delayMs})`;
  }

  protected override ended(): void {
    clearTimeout(this.#timer);
  }

  /** Longer than a timer can run, Infinity included, is slept in stages. */
  #sleep(leftMs: number): void {
    if (leftMs <= LONGEST_TIMER_MS) this.#timer = setTimeout(wake, Math.ceil(leftMs), this);
    else {
      const next = (): void => this.#sleep(leftMs - LONGEST_TIMER_MS);
      this.#timer = setTimeout(next, LONGEST_TIMER_MS);
    }
  }
}

function wake(sleeper: Sleeper): void {
  sleeper.wake();
}

let round: Sleeper[] = [];

function endRound(): void {
  const ended = round;
  round = [];
  for (const sleeper of ended) sleeper.wake();
}

onSeparation(() => {
  round = [];
});

/**
 * Waits, without holding anybody up, and gives `value` back. Zero lets the others go once.
 * @throws RangeError for a negative or NaN time
 */
export function sleep(delayMs: number): Promise<void>;
export function sleep<T>(delayMs: number, value: T): Promise<T>;
export function sleep(delayMs: number, value?: unknown): Promise<unknown> {
  try {
    const time = checkTime(delayMs, "delayMs");
    const refused = takeCancellation();
    return refused === undefined ? new Sleeper(time, value).promise : Promise.reject(refused);
  } catch (error) {
    return Promise.reject(error);
  }
}

/** Lets a cancellation of the running task arrive, and the others go once. */
export function checkpoint(): Promise<void> {
  return sleep(0);
}

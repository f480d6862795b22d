/**
 * Sleeping. `sleep(0)` does not set a timer: it lets everything that is ready go first and Node's
 * loop go round once, all sleepers of one turn together.
 */
import { checkTime, Fuse } from "../core/deadline.ts";
import { takeCancellation } from "./scope.ts";
import { Waiter, type Place } from "./waiter.ts";

/** The longest time one timer of Node can run. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

class Sleeper implements Place<unknown> {
  readonly #delayMs: number;
  readonly #waiter: Waiter<unknown>;
  #fuse: Fuse | undefined;
  #keepAlive: NodeJS.Timeout | undefined;

  constructor(delayMs: number, value: unknown) {
    this.#delayMs = delayMs;
    const waiter = (this.#waiter = new Waiter<unknown>(this));
    if (delayMs === Infinity) this.#keepAlive = setInterval(() => {}, LONGEST_TIMER_MS);
    else this.#fuse = new Fuse(delayMs, undefined, () => waiter.end(value), () => {});
  }

  get promise(): Promise<unknown> {
    return this.#waiter.promise;
  }

  leave(): void {
    this.#fuse?.cut();
    clearInterval(this.#keepAlive);
  }

  describe(): string {
    return `sleep(${this.#delayMs})`;
  }
}

const yielding: Place<unknown> = { leave: () => {}, describe: () => "sleep(0)" };
let round: { waiter: Waiter<unknown>; value: unknown }[] = [];

function endRound(): void {
  const ended = round;
  round = [];
  for (const { waiter, value } of ended) waiter.end(value);
}

/**
 * Waits, without holding anybody up, and gives `value` back. Zero lets the others go once.
 * @throws RangeError for a negative or NaN time
 */
export function sleep(delayMs: number): Promise<void>;
export function sleep<T>(delayMs: number, value: T): Promise<T>;
export async function sleep(delayMs: number, value?: unknown): Promise<unknown> {
  const refused = takeCancellation();
  if (refused !== undefined) throw refused;
  if (checkTime(delayMs, "delayMs") > 0) return new Sleeper(delayMs, value).promise;
  const waiter = new Waiter<unknown>(yielding);
  if (round.push({ waiter, value }) === 1) setImmediate(endRound);
  return waiter.promise;
}

/** Lets a cancellation of the running task arrive, and the others go once. */
export function checkpoint(): Promise<void> {
  return sleep(0);
}

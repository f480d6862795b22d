/** The time and the signal that were given for a piece of work, as long as it is not done. */
import { Deadline, Fuse } from "../core/deadline.ts";
import { TimeoutError } from "../errors.ts";

export class Limit {
  readonly #label: string;
  readonly #timeoutMs: number;
  readonly #deadline: Deadline;
  readonly #stop: (reason: unknown) => void;
  readonly #fuse: Fuse;

  /**
   * @param label what takes too long, for the message
   * @param stop called once, when the time is over or the signal aborts, with the reason
   */
  constructor(
    label: string,
    timeoutMs: number,
    signal: AbortSignal | undefined,
    stop: (reason: unknown) => void,
  ) {
    this.#label = label;
    this.#timeoutMs = timeoutMs;
    this.#deadline = new Deadline(timeoutMs);
    this.#stop = stop;
    this.#fuse = new Fuse(
      timeoutMs,
      signal,
      () => this.#expire(),
      () => stop(signal!.reason),
    );
  }

  get remainingMs(): number {
    return this.#deadline.remainingMs;
  }

  /** For threads that block, whose timers do not fire: ends the work if the time is over. */
  look(): void {
    if (!this.#deadline.passed) return;
    this.cut();
    this.#expire();
  }

  /** The work is done. */
  cut(): void {
    this.#fuse.cut();
  }

  #expire(): void {
    this.#stop(new TimeoutError(`${this.#label} was not done within ${this.#timeoutMs} ms`));
  }
}

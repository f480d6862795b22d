/** Those who wait in one thread's event loop for something of this thread, in order of arrival. */
import { Fuse, signalOf, timeAllowed } from "../../core/deadline.ts";
import type { LoopWait } from "../../core/pending-wait.ts";

/** An attempt that answers this stays in the queue. */
export const NOT_YET = -1;

interface Turn {
  /** Whether the program may end although it has not come. */
  readonly quiet: boolean;
  /** Tries to have it: ends the wait and answers true, or answers false. */
  serve(): boolean;
}

export class LoopTurns {
  readonly #turns: Turn[] = [];
  readonly #onChange: () => void;

  /** @param onChange called when somebody came or left */
  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  get size(): number {
    return this.#turns.length;
  }

  /** Whether any of them keeps the program alive. */
  get hold(): boolean {
    return this.#turns.some(({ quiet }) => !quiet);
  }

  /**
   * Waits until `attempt` answers anything but NOT_YET; it is tried when `serve` is called and the
   * turn has come. Resolves to `late` when the time ran out; rejects with what `attempt` throws, or
   * with the signal's reason.
   */
  wait<T>(attempt: () => T | typeof NOT_YET, late: T, wait: LoopWait): Promise<T> {
    const timeoutMs = timeAllowed(wait);
    const signal = signalOf(wait);
    return new Promise<T>((resolve, reject) => {
      if (signal?.aborted === true) return reject(signal.reason);
      const leave = (): void => {
        this.#turns.splice(this.#turns.indexOf(turn), 1);
        fuse?.cut();
        this.#onChange();
      };
      const turn: Turn = {
        quiet: wait.quiet === true,
        serve() {
          let outcome: T | typeof NOT_YET;
          try {
            outcome = attempt();
          } catch (error) {
            leave();
            reject(error);
            return true;
          }
          if (outcome === NOT_YET) return false;
          leave();
          resolve(outcome);
          return true;
        },
      };
      this.#turns.push(turn);
      const fuse =
        timeoutMs === Infinity && signal === undefined
          ? undefined
          : new Fuse(
              timeoutMs,
              signal,
              () => (leave(), resolve(late)),
              () => (leave(), reject(signal!.reason)),
            );
      this.#onChange();
      if (this.#turns[0] === turn) this.serve();
    });
  }

  /** Something has changed: serves those whose turn it is. */
  serve(): void {
    while (this.#turns.length > 0 && this.#turns[0]!.serve());
  }
}

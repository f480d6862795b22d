/** The calls of a thread whose promises wait for answers, which come in any order. */
import { type Abortable, AwaitedCall, type Ending } from "./awaited-call.ts";
import type { Reply } from "./protocol.ts";

export class AwaitedCalls {
  readonly #calls = new Map<number, AwaitedCall>();
  /** Those among them for which somebody waits still. */
  readonly #held = new Set<number>();
  readonly #hold: (on: boolean) => void;
  #last = 0;

  /** @param hold keeps the program alive, or no more */
  constructor(hold: (on: boolean) => void) {
    this.#hold = hold;
  }

  get size(): number {
    return this.#calls.size;
  }

  nextNumber(): number {
    return (this.#last = (this.#last % 0x3fff_ffff) + 1);
  }

  add(number: number, asked: Abortable, ending: Ending): void {
    this.#calls.set(number, new AwaitedCall(number, asked, ending, () => this.#over(number)));
    this.#held.add(number);
    if (this.#held.size === 1) this.#hold(true);
  }

  #over(number: number): void {
    if (this.#held.delete(number) && this.#held.size === 0) this.#hold(false);
  }

  settle(reply: Reply): void {
    const [number] = reply;
    const call = this.#calls.get(number);
    this.#calls.delete(number);
    call?.answered(reply);
  }

  /** No answer will come. @param reason an error of its own for each */
  failAll(reason: () => Error): void {
    const calls = Array.from(this.#calls.values());
    this.#calls.clear();
    for (const call of calls) call.fail(reason());
  }

  /** They are somebody else's. */
  forgetAll(): void {
    this.#calls.clear();
    this.#held.clear();
  }
}

/** One wait of one party at a barrier. */
import { isRetainedBy } from "../core/blocks.ts";
import type { Member } from "../core/member.ts";
import { listed } from "../core/slots.ts";
import { TIMED_OUT, type Waitable, WAIT } from "../core/waitable.ts";
import { arrive, breakUp, generationOf, look } from "./barrier-words.ts";

/** Comes once; then looks whenever it is told to. A time that runs out breaks the barrier. */
export class Arrival implements Waitable {
  readonly home: number;
  key: number;
  /** The generation of the barrier that this wait belongs to. */
  round = 0;
  readonly #member: Member;
  readonly #canAct: boolean;
  readonly #signal: AbortSignal | undefined;
  #came = false;

  constructor(member: Member, block: number, canAct: boolean, signal?: AbortSignal) {
    this.#member = member;
    this.#canAct = canAct;
    this.#signal = signal;
    this.home = block;
    this.key = block;
  }

  attempt(record: number): number {
    if (this.#came) return look(this.#member, this.home);
    this.#came = true;
    const { token, key } = arrive(this.#member, this.home, record, this.#canAct);
    this.key = key;
    this.round = generationOf(this.#member, this.home) + (key === this.home ? 0 : 1);
    return token;
  }

  expire(): number {
    if (this.#signal?.aborted === true) return TIMED_OUT;
    // This record is turned away with the others, and so the wait ends.
    breakUp(this.#member, this.home);
    return WAIT;
  }

  *dependsOn(): Generator<number> {
    const { arena } = this.#member;
    for (const id of listed(arena)) if (isRetainedBy(arena, this.home, id)) yield id;
  }
}

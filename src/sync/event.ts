/**
 * A flag that many wait for.
 *
 *   SET        1 when it is up
 *   RELEASING  1 while all who wait are being let go; whoever takes over from a dead setter goes on
 */
import * as atomics from "../core/atomics.ts";
import { waitBlocking } from "../core/block-wait.ts";
import { Deadline, type SyncWait, type Wait, timeAllowed } from "../core/deadline.ts";
import { registerKind } from "../core/kinds.ts";
import { loopWaits } from "../core/loop-waits.ts";
import type { Member } from "../core/member.ts";
import { bucketFor, count, first } from "../core/queues.ts";
import { TIMED_OUT, type Waitable, WAIT } from "../core/waitable.ts";
import { grant, latched } from "../core/wake.ts";
import { KIND_EVENT } from "./kinds.ts";
import { type MemberOf, type NameOptions, SharedObject, WORDS_AT } from "./shared-object.ts";

const SET: number = WORDS_AT;
const RELEASING: number = WORDS_AT + 1;
const RELEASED = 0;

/** Lets everybody go who waits, if a setter has begun to. Under the latch. */
function finishSetting(member: Member, block: number): void {
  const { arena } = member;
  if (atomics.load(arena.words, block + RELEASING) === 0) return;
  atomics.store(arena.words, block + SET, 1);
  for (;;) {
    const head = first(arena, bucketFor(block), block);
    if (head === 0) break;
    grant(member, head, RELEASED);
  }
  atomics.store(arena.words, block + RELEASING, 0);
}

/** A flag: `set` lets all go who wait and all who come, until `clear`. */
export class Event extends SharedObject {
  constructor(memberOf: MemberOf, options?: NameOptions) {
    super(memberOf, KIND_EVENT, 2, options);
  }

  get isSet(): boolean {
    return atomics.load(this.member.arena.words, this.handle.block + SET) === 1;
  }

  /** How many wait for it. */
  get waiting(): number {
    const { block } = this.handle;
    return this.#latched(() => count(this.member.arena, bucketFor(block), block));
  }

  /** Raises the flag. All who wait at this moment go on, even if it is cleared at once. */
  set(): void {
    const { words } = this.member.arena;
    const { block } = this.handle;
    this.#latched(() => {
      if (!this.isSet) atomics.store(words, block + RELEASING, 1);
      finishSetting(this.member, block);
    });
  }

  clear(): void {
    this.#latched(() => {
      finishSetting(this.member, this.handle.block);
      atomics.store(this.member.arena.words, this.handle.block + SET, 0);
    });
  }

  /**
   * Waits until the flag is up; false when the time ran out.
   * @throws the signal's reason
   */
  async wait(wait?: Wait): Promise<boolean> {
    return (await loopWaits(this.member).wait(this.#waitable(), wait)) !== TIMED_OUT;
  }

  /** Blocks the thread until the flag is up; false when the time ran out. */
  waitSync(wait?: SyncWait): boolean {
    const deadline = new Deadline(timeAllowed(wait));
    if (this.isSet) return true;
    return waitBlocking(this.member, this.#waitable(), deadline) !== TIMED_OUT;
  }

  #waitable(): Waitable {
    const { member } = this;
    const { block } = this.handle;
    return {
      home: block,
      key: block,
      attempt: () => {
        finishSetting(member, block);
        return this.isSet ? RELEASED : WAIT;
      },
    };
  }

  #latched<R>(body: () => R): R {
    return latched(this.member, bucketFor(this.handle.block), body);
  }

  protected describe(): string {
    const state = this.isSet ? "set" : "not set";
    return this.waiting === 0 ? state : `${state}, ${this.waiting} waiting`;
  }
}

registerKind(KIND_EVENT, { name: "Event", shared: true });

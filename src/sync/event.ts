/** A flag that many wait for. */
import { waitBlocking } from "../core/block-wait.ts";
import { Deadline, type SyncWait, type Wait, timeAllowed } from "../core/deadline.ts";
import { registerKind } from "../core/kinds.ts";
import { loopWaits } from "../core/loop-waits.ts";
import { bucketFor, count } from "../core/queues.ts";
import { TIMED_OUT } from "../core/waitable.ts";
import { latched } from "../core/wake.ts";
import { EVENT_WORDS, eventWait, isUp, lower, raise } from "./event-words.ts";
import { KIND_EVENT } from "./kinds.ts";
import { type MemberOf, type NameOptions, SharedObject } from "./shared-object.ts";

/** A flag: `set` lets all go who wait and all who come, until `clear`. */
export class Event extends SharedObject {
  constructor(memberOf: MemberOf, options?: NameOptions) {
    super(memberOf, KIND_EVENT, EVENT_WORDS, options);
  }

  /** Whether the flag is up, so that a wait would end at once. */
  get isSet(): boolean {
    return isUp(this.member, this.handle.block);
  }

  /** How many wait for it. */
  get waiting(): number {
    const { member } = this;
    const bucket = bucketFor(this.handle.block);
    return latched(member, bucket, () => count(member.arena, bucket, this.handle.block));
  }

  /** Raises the flag. All who wait at this moment go on, even if it is cleared at once. */
  set(): void {
    raise(this.member, this.handle.block);
  }

  /** Takes the flag down; those whom `set` let go are not held back. */
  clear(): void {
    lower(this.member, this.handle.block);
  }

  /**
   * Waits until the flag is up; false when the time ran out.
   * @throws the signal's reason
   */
  async wait(wait?: Wait): Promise<boolean> {
    return (
      (await loopWaits(this.member).wait(eventWait(this.member, this.handle.block), wait)) !==
      TIMED_OUT
    );
  }

  /** Blocks the thread until the flag is up; false when the time ran out. */
  waitSync(wait?: SyncWait): boolean {
    const deadline = new Deadline(timeAllowed(wait));
    if (this.isSet) return true;
    return (
      waitBlocking(this.member, eventWait(this.member, this.handle.block), deadline) !== TIMED_OUT
    );
  }

  protected describe(): string {
    const state = this.isSet ? "set" : "not set";
    return this.waiting === 0 ? state : `${state}, ${this.waiting} waiting`;
  }
}

registerKind(KIND_EVENT, { name: "Event", shared: true });

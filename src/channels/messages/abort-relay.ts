/**
 * An AbortSignal of one thread as others follow it: whether it is aborted, and the coded reason.
 *
 *   STATE   LIVE ──announce──▶ ABORTED
 *             └────orphan────▶ ORPHANED   nobody is left who could abort it
 *   SOURCE  id of the thread whose signal it is
 *   REASON  block and stamp of the message with the reason; zeros while there is none
 *
 * The state changes once, under the latch of the block, and all who wait look for themselves. The
 * reason is in place before the state says so. It belongs to nobody, and ends with the relay.
 */
import { atomics } from "../../core/atomics.ts";
import { type Handle, passTo } from "../../core/blocks.ts";
import { familyMember } from "../../core/family-arena.ts";
import { registerKind } from "../../core/kinds.ts";
import { NOBODY } from "../../core/layout.ts";
import { loopWaits } from "../../core/loop-waits.ts";
import type { Member } from "../../core/member.ts";
import { bucketFor } from "../../core/queues.ts";
import { threadMember } from "../../core/thread-arena.ts";
import { WAIT, type Waitable } from "../../core/waitable.ts";
import { latched, notifyAll } from "../../core/wake.ts";
import { type MemberOf, SharedObject, WORDS_AT } from "../../sync/shared-object.ts";
import { KIND_ABORT } from "./kinds.ts";
import { type MessageCopy, dropMessage, placesIn } from "./message-block.ts";

const STATE: number = WORDS_AT;
const SOURCE: number = WORDS_AT + 1;
const REASON: number = WORDS_AT + 2;
const REASON_STAMP: number = WORDS_AT + 3;
const RELAY_WORDS = 4;

const LIVE = 0;
const ABORTED = 1;
const ORPHANED = 2;

const stateOf = ({ arena }: Member, block: number): number =>
  atomics.load(arena.words, block + STATE);

const reasonOf = ({ arena }: Member, block: number): Handle => ({
  block: atomics.load(arena.words, block + REASON),
  stamp: atomics.load(arena.words, block + REASON_STAMP),
});

/** Changes the state, unless it was changed before. */
function settleAs(member: Member, block: number, state: number): void {
  const bucket = bucketFor(block);
  latched(member, bucket, () => {
    if (stateOf(member, block) !== LIVE) return;
    atomics.store(member.arena.words, block + STATE, state);
    notifyAll(member, bucket, block);
  });
}

export abstract class AbortRelay extends SharedObject {
  #onRejoin: (() => void) | undefined;

  constructor(memberOf: MemberOf) {
    super(memberOf, KIND_ABORT, RELAY_WORDS);
    if (!this.isNew) return;
    atomics.store(this.member.arena.words, this.handle.block + SOURCE, this.member.id);
  }

  get aborted(): boolean {
    return stateOf(this.member, this.handle.block) === ABORTED;
  }

  /** Whether the signal is this thread's own. */
  get isSource(): boolean {
    return atomics.load(this.member.arena.words, this.handle.block + SOURCE) === this.member.id;
  }

  /** The signal is aborted; `reason` is a message of this thread's, or none. */
  announce(reason: Handle | undefined): void {
    const { member } = this;
    const { block } = this.handle;
    const { words } = member.arena;
    if (reason !== undefined) {
      atomics.store(words, block + REASON_STAMP, reason.stamp);
      atomics.store(words, block + REASON, reason.block);
      // From here on the relay's end is the message's.
      passTo(member.arena, reason.block, NOBODY);
    }
    settleAs(member, block, ABORTED);
  }

  /** The signal is gone, and was never aborted. */
  orphan(): void {
    if (this.isSource) settleAs(this.member, this.handle.block, ORPHANED);
  }

  /** Where the coded reason lies; it stays there as long as this object is used. */
  get reason(): MessageCopy | undefined {
    const { arena } = this.member;
    const { block } = reasonOf(this.member, this.handle.block);
    return block === 0 ? undefined : { bytes: arena.bytes, places: placesIn(arena, block) };
  }

  /**
   * Calls back when the signal is aborted or gone, without keeping the program alive; in a forked
   * child too. Returns what ends that.
   */
  watch(onChange: () => void): () => void {
    let ended = false;
    let stop: (() => void) | undefined;
    const begin = (): void => {
      const { member } = this;
      const heard = (): void => {
        if (!ended && stateOf(member, this.handle.block) !== LIVE) onChange();
      };
      stop = loopWaits(member).watch(changeOf(member, this.handle.block), heard);
    };
    this.#onRejoin = begin;
    begin();
    return () => {
      ended = true;
      this.#onRejoin = undefined;
      stop?.();
    };
  }

  override rejoin(member: Member): void {
    super.rejoin(member);
    this.#onRejoin?.();
  }

  protected describe(): string {
    return ["live", "aborted", "orphaned"][stateOf(this.member, this.handle.block)]!;
  }
}

function changeOf(member: Member, block: number): Waitable {
  return {
    home: block,
    key: block,
    attempt() {
      const state = stateOf(member, block);
      return state === LIVE ? WAIT : state;
    },
  };
}

export class ThreadRelay extends AbortRelay {
  constructor() {
    super(threadMember);
  }
}

export class FamilyRelay extends AbortRelay {
  constructor() {
    super(familyMember);
  }
}

registerKind(KIND_ABORT, {
  name: "AbortSignal",
  shared: true,
  settle(member, block, id) {
    if (atomics.load(member.arena.words, block + SOURCE) === id) settleAs(member, block, ORPHANED);
  },
  destroy(member, { block }) {
    dropMessage(member, reasonOf(member, block));
  },
});

/**
 * References to objects that live in one process of a family, which are to live as long as somebody
 * elsewhere refers to them.
 *
 *   ledger      COUNT, how many references ended; then how many of each group, by the number of
 *               what they referred to
 *   reference   LEDGER, its stamp · SUBJECT, the number of what it refers to
 *
 * A reference is a shared object like any other, so it lives as long as some thread has it or a
 * message carries it, and ends with the last of them, however they end. Whoever ends it notes that
 * in the ledger, and wakes the process that keeps the objects; that one knows which references it
 * gave out for an object and looks which of a group are gone. A reference keeps its ledger as a
 * message would. It takes the ledger's handle away before it lets go of it: should who ends it die
 * in between, the memory of one ledger stays taken, but nobody lets go twice.
 */
import { atomics } from "../../core/atomics.ts";
import { type Handle, countMessage, isForgotten, stampOf } from "../../core/blocks.ts";
import { familyMember } from "../../core/family-arena.ts";
import { registerKind } from "../../core/kinds.ts";
import { NOBODY } from "../../core/layout.ts";
import { loopWaits } from "../../core/loop-waits.ts";
import type { Member } from "../../core/member.ts";
import { WAIT, type Waitable } from "../../core/waitable.ts";
import { SharedObject, WORDS_AT } from "../../sync/shared-object.ts";
import { registerShareable } from "../../sync/carried.ts";
import { KIND_LEDGER, KIND_REFERENCE } from "../messages/kinds.ts";
import { wakeAll } from "./lane.ts";

/** So many groups of references are told apart. */
export const GROUPS = 64;

const COUNT: number = WORDS_AT;
const ENDED: number = WORDS_AT + 1;

const LEDGER: number = WORDS_AT;
const LEDGER_STAMP: number = WORDS_AT + 1;
const SUBJECT: number = WORDS_AT + 2;

/** Keeps an object of another process for those who have it. */
export class Reference extends SharedObject {
  constructor() {
    super(familyMember, KIND_REFERENCE, 3);
  }

  protected describe(): string {
    return `to ${atomics.load(this.member.arena.words, this.handle.block + SUBJECT)}`;
  }
}
registerShareable("managers.Reference", { type: Reference, memberOf: familyMember });

/** In the process that keeps the objects: hands references out, and hears when they end. */
export class Ledger extends SharedObject {
  readonly #seen = new Int32Array(GROUPS + 1);

  constructor() {
    super(familyMember, KIND_LEDGER, GROUPS + 1);
  }

  /** A new reference to the object numbered `subject`; this thread has it until it is released. */
  issue(subject: number): Reference {
    const reference = new Reference();
    const { words } = this.member.arena;
    const { block } = reference.handle;
    countMessage(this.member.arena, this.handle.block, 1);
    atomics.store(words, block + SUBJECT, subject);
    atomics.store(words, block + LEDGER_STAMP, this.handle.stamp);
    atomics.store(words, block + LEDGER, this.handle.block);
    return reference;
  }

  /** Whether a reference that was issued has not ended. */
  isAlive({ block, stamp }: Handle): boolean {
    return stampOf(this.member.arena, block) === stamp;
  }

  /** Waits until a reference ended that was not noticed yet. */
  async whenEnded(wait: { signal: AbortSignal }): Promise<void> {
    await loopWaits(this.member).wait(this.#waitable(), wait);
  }

  /** The groups in which references ended since the last call. */
  takeEnded(): number[] {
    const { words } = this.member.arena;
    const { block } = this.handle;
    this.#seen[GROUPS] = atomics.load(words, block + COUNT);
    const groups: number[] = [];
    for (let group = 0; group < GROUPS; group++) {
      const ended = atomics.load(words, block + ENDED + group);
      if (ended === this.#seen[group]) continue;
      this.#seen[group] = ended;
      groups.push(group);
    }
    return groups;
  }

  #waitable(): Waitable {
    const { arena } = this.member;
    const { block } = this.handle;
    const key = block + COUNT;
    return {
      home: block,
      key,
      attempt: () => (atomics.load(arena.words, key) === this.#seen[GROUPS] ? WAIT : 0),
    };
  }

  protected describe(): string {
    return `${atomics.load(this.member.arena.words, this.handle.block + COUNT)} ended`;
  }
}

function endReference(member: Member, { block }: Handle): void {
  const { arena } = member;
  const ledger = atomics.exchange(arena.words, block + LEDGER, 0);
  if (ledger === 0) return;
  const stamp = atomics.load(arena.words, block + LEDGER_STAMP);
  const group = atomics.load(arena.words, block + SUBJECT) % GROUPS;
  // In this order: who sees the sum finds the group changed.
  atomics.add(arena.words, ledger + ENDED + group, 1);
  atomics.add(arena.words, ledger + COUNT, 1);
  wakeAll(member, ledger, ledger + COUNT);
  countMessage(arena, ledger, -1);
  if (isForgotten(arena, ledger)) member.destroy({ block: ledger, stamp }, NOBODY);
}

registerKind(KIND_REFERENCE, { name: "reference", shared: true, destroy: endReference });
registerKind(KIND_LEDGER, { name: "ledger of references", shared: true });

/** Models of waiting: threads that wait for one lock, event or semaphore. */
import { ModelArena } from "./arena.ts";
import assert from "node:assert/strict";
import { atomics } from "#internal/core/atomics.js";
import { waitBlocking } from "#internal/core/block-wait.js";
import { type Handle, OBJECT_AT, holderOf } from "#internal/core/blocks.js";
import { Deadline } from "#internal/core/deadline.js";
import { registerKind } from "#internal/core/kinds.js";
import type { Member } from "#internal/core/member.js";
import { QUEUED, W_STATE, bucketFor, first, following } from "#internal/core/queues.js";
import { isListed } from "#internal/core/slots.js";
import { WAIT, TIMED_OUT, type Waitable } from "#internal/core/waitable.js";
import { grant, latched, notify, notifyAll } from "#internal/core/wake.js";
import { ModelLoop } from "./event-loop.ts";
import { type Model, type Self, type Tally, explore } from "./scheduler.ts";

const KIND = 92;
export const VALUE: number = OBJECT_AT;
const GUARDED = OBJECT_AT + 1;
/** A word of the header that is never changed. */
const OTHER_WORD = 300;

/** Passes a lock of the dead on. */
function inherit(member: Member, block: number, id: number): void {
  latched(member, bucketFor(block), () => {
    if (atomics.load(member.arena.words, block + VALUE) !== id) return;
    atomics.store(member.arena.words, block + GUARDED, 0);
    passOn(member, block);
  });
}

function passOn(member: Member, block: number): void {
  const { words } = member.arena;
  const next = first(member.arena, bucketFor(block), block);
  if (next === 0) return atomics.store(words, block + VALUE, 0);
  atomics.store(words, block + VALUE, holderOf(member.arena, next));
  grant(member, next, 0);
}

registerKind(KIND, { name: "lock of a model", shared: true, settle: inherit });

/** A model whose threads wait for one object: a lock, an event or a semaphore, as they use it. */
export class WaitModel {
  readonly arena: ModelArena;
  handle: Handle = { block: 0, stamp: 0 };
  readonly #threads: number;

  constructor(threads: number) {
    this.#threads = threads;
    this.arena = new ModelArena(
      Array.from({ length: threads }, (_, index) => index + 1),
      6,
    );
  }

  get block(): number {
    return this.handle.block;
  }

  explore(model: Partial<Model> & Pick<Model, "threads">): Tally {
    const tally = explore({
      memoryBytes: this.arena.memoryBytes,
      nameOf: (index) => this.#nameOf(index),
      setup: (words) => {
        this.arena.format(words);
        this.handle = this.arena.observer().create(KIND, 8);
        this.arena.giveRecords();
      },
      final: (outcome) => {
        const { arena } = this.arena.observer(outcome.killed);
        const bucket = bucketFor(this.block);
        outcome.assert(
          atomics.load(arena.words, bucket + 1) === 0,
          "somebody is queued at the end",
        );
        const through = outcome.noted(0);
        const living = this.#threads - outcome.killed.length;
        outcome.assert(through >= living, `${through} of ${living} came through`);
      },
      ...model,
    });
    assert.ok(tally.complete);
    return tally;
  }

  #nameOf(index: number): string {
    if (index === this.block + VALUE) return "VALUE";
    if (index === this.block + GUARDED) return "GUARDED";
    return this.arena.nameOf(index);
  }

  lock(member: Member): Waitable {
    const { words } = member.arena;
    const at = this.block + VALUE;
    return {
      home: this.block,
      key: this.block,
      attempt: () => {
        const owner = atomics.load(words, at);
        if (owner === 0) atomics.store(words, at, member.id);
        return owner === 0 || owner === member.id ? 0 : WAIT;
      },
      dependsOn: () => [atomics.load(words, at)],
    };
  }

  unlock(member: Member): void {
    latched(member, bucketFor(this.block), () => passOn(member, this.block));
  }

  enterAndLeave(self: Self, member: Member): void {
    const { words } = member.arena;
    self.assert(atomics.load(words, this.block + GUARDED) === 0, "two have the lock");
    atomics.store(words, this.block + GUARDED, member.id);
    self.assert(atomics.load(words, this.block + GUARDED) === member.id, "two have the lock");
    atomics.store(words, this.block + GUARDED, 0);
    this.unlock(member);
  }

  /** Locks and unlocks, blocking. */
  readonly useLock = (self: Self): void => {
    const member = this.arena.join(self);
    waitBlocking(member, this.lock(member), new Deadline(Infinity));
    this.enterAndLeave(self, member);
    self.note(0, 1);
  };

  /** The same from the event loop. */
  readonly useLockInLoop = (self: Self): void => {
    const member = this.arena.join(self);
    new ModelLoop(member).run([this.lock(member)], () => this.enterAndLeave(self, member));
    self.note(0, 1);
  };

  /** Waits for the event that the first thread sets, or for its death. */
  event(member: Member): Waitable {
    const { arena } = member;
    const setter = this.arena.idOf(0);
    return {
      home: this.block,
      key: this.block,
      attempt: () => {
        if (atomics.load(arena.words, this.block + VALUE) === 1) return 0;
        return isListed(arena, setter) ? WAIT : 1;
      },
      dependsOn: () => [setter],
    };
  }

  readonly set = (self: Self): void => {
    const member = this.arena.join(self);
    const bucket = bucketFor(this.block);
    atomics.store(self.words, this.block + VALUE, 1);
    latched(member, bucket, () => notifyAll(member, bucket, this.block));
    self.note(0, 1);
  };

  /** Sets the event when all others sleep and deaths were heard of. */
  readonly setLate = (self: Self): void => {
    atomics.wait(self.words, OTHER_WORD + self.index, 0, 700);
    this.set(self);
  };

  /** Notifies or grants for no reason. */
  disturb(how: "notify" | "grant") {
    return (self: Self): void => {
      const member = this.arena.join(self);
      const bucket = bucketFor(this.block);
      latched(member, bucket, () => {
        const record = first(member.arena, bucket, this.block);
        if (record === 0) return;
        if (how === "notify") notify(member, record);
        else grant(member, record, 0);
      });
      self.note(0, 1);
    };
  }

  readonly waitForEvent = (self: Self): void => {
    const member = this.arena.join(self);
    waitBlocking(member, this.event(member), new Deadline(Infinity));
    self.note(0, 1);
  };

  readonly waitInLoop = (self: Self): void => {
    const member = this.arena.join(self);
    new ModelLoop(member).run([this.event(member), this.event(member)], () => {});
    self.note(0, 1);
  };

  /** A semaphore whose waiters are told and try for themselves. */
  semaphore(member: Member): Waitable {
    const { arena } = member;
    const at = this.block + VALUE;
    return {
      home: this.block,
      key: this.block,
      attempt: () => {
        const permits = atomics.load(arena.words, at);
        if (permits === 0) return WAIT;
        atomics.store(arena.words, at, permits - 1);
        return 0;
      },
      expire: (record) => {
        this.#tellNext(member, record);
        return TIMED_OUT;
      },
    };
  }

  /** Tells the first who was not told yet: each permit is for another waiter. */
  #tellNext(member: Member, except: number): void {
    const { arena } = member;
    if (atomics.load(arena.words, this.block + VALUE) === 0) return;
    let next = first(arena, bucketFor(this.block), this.block);
    while (next !== 0) {
      if (next !== except && atomics.load(arena.words, next + W_STATE) === QUEUED) {
        return notify(member, next);
      }
      next = following(arena, next, this.block);
    }
  }

  readonly post = (self: Self): void => {
    const member = this.arena.join(self);
    latched(member, bucketFor(this.block), () => {
      atomics.add(self.words, this.block + VALUE, 1);
      this.#tellNext(member, 0);
    });
    self.note(0, 1);
  };

  await(timeoutMs: number) {
    return (self: Self): void => {
      const member = this.arena.join(self);
      const token = waitBlocking(member, this.semaphore(member), new Deadline(timeoutMs));
      if (token === TIMED_OUT) self.note(1, 1);
      self.note(0, 1);
    };
  }
}

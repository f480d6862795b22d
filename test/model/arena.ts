/**
 * An arena for models: small, its members are the model's threads, and who is alive is what the
 * scheduler says. To be imported before the core, so that that does not spin before it sleeps.
 */
import { processors } from "./one-processor.ts";
import { Arena } from "#internal/core/arena.js";
import { atomics } from "#internal/core/atomics.js";
import { passTo } from "#internal/core/blocks.js";
import { KIND_WAITER } from "#internal/core/kinds.js";
import {
  BUCKETS_AT,
  FIRST_SUPERBLOCK,
  SLOTS_AT,
  SLOT_WORDS,
  BUCKET_WORDS,
  SUPERBLOCK_BYTES,
  SUPERBLOCK_WORDS,
  TABLE_AT,
  idOf,
} from "#internal/core/layout.js";
import { Member } from "#internal/core/member.js";
import { RECORD_BYTES } from "#internal/core/queues.js";
import { settle } from "#internal/core/settle.js";
import { claimSlot, goLive } from "#internal/core/slots.js";
import { ModelBell, ringModelBell } from "./event-loop.ts";
import type { Self } from "./scheduler.ts";

const INFO = { pid: 1, tid: 1, threadId: 0, started: 0 };

export class ModelArena {
  readonly memoryBytes: number;
  readonly #slots: readonly number[];
  readonly #arenas: Arena[] = [];
  readonly #records: number[] = [];
  #words: Int32Array | undefined;

  /** @param slots one for each thread of the model; one more is for setup and end */
  constructor(slots: readonly number[], superblocks = 2) {
    if (processors !== 1) throw new Error("the core would spin, and that cannot be run again");
    this.memoryBytes = (FIRST_SUPERBLOCK + superblocks) * SUPERBLOCK_BYTES;
    this.#slots = [...slots, Math.max(...slots) + 1];
  }

  /** To be called first in a model's `setup`. */
  format(words: Int32Array): void {
    this.#words = words;
    this.#arenas.length = 0;
    const arena = this.#make(() => false);
    arena.format();
    for (let slot = 1; slot <= this.#slots.at(-1)!; slot++) {
      goLive(arena, claimSlot(arena, { ...INFO, name: "" }));
    }
  }

  /** The id of a thread of the model. */
  idOf(thread: number): number {
    return idOf(1, this.#slots[thread]!);
  }

  /** In `setup`: gives each thread a record to wait with, so that none has to be allocated. */
  giveRecords(): void {
    const { arena, allocator } = this.observer();
    for (let thread = 0; thread < this.#slots.length - 1; thread++) {
      const record = allocator.allocate(RECORD_BYTES, KIND_WAITER, true);
      passTo(arena, record, this.idOf(thread));
      this.#records[thread] = record;
    }
  }

  /** The membership of a thread, anew for each run. */
  join(self: Self): Member {
    const arena = (this.#arenas[self.index] ??= this.#arenaOf(self));
    const member = new Member(arena, this.idOf(self.index));
    const record = this.#records[self.index];
    if (record !== undefined) member.returnRecord(record);
    return member;
  }

  /** The member for setup, and for the end of a schedule, which settles those of `dead`. */
  observer(dead: readonly number[] = []): Member {
    const slots = new Set(dead.map((thread) => this.#slots[thread]!));
    const member = new Member(
      this.#make((slot) => slots.has(slot)),
      idOf(1, this.#slots.at(-1)!),
    );
    for (const thread of dead) settle(member, this.idOf(thread));
    return member;
  }

  /** The same where the code under test reads and writes plainly, too: each word is a step. */
  joinPlainly(self: Self): Member {
    const member = this.join(self);
    const { words } = member.arena;
    Object.assign(member, {
      arena: Object.assign(Object.create(member.arena) as Arena, {
        words: wordByWord(words),
        bytes: byteByByte(words),
      }),
    });
    return member;
  }

  #make(isDead: (slot: number) => boolean): Arena {
    const words = this.#words!;
    const arena = new Arena(words.buffer as SharedArrayBuffer, "thread", () => ({
      sleeper: { sleep: () => {}, wake: () => {} },
      life: { isAlive: (slot) => !isDead(slot) },
      bells: { ring: () => {}, forgetDead: () => {}, listen: () => silent },
    }));
    arena.words.fill = (value, start, end) => {
      words.fill(value, start, end);
      return arena.words;
    };
    return arena;
  }

  #arenaOf(self: Self): Arena {
    const last = this.#slots.at(-2)!;
    const arena = new Arena(self.words.buffer as SharedArrayBuffer, "thread", ({ words }) => ({
      sleeper: {
        sleep: (index, expected, ms) => atomics.wait(words, index, expected, ms),
        wake: (index, count) => atomics.notify(words, index, count),
      },
      life: { isAlive: (slot) => slot > last || self.isAlive(this.#slots.indexOf(slot)) },
      bells: {
        ring: (id) => ringModelBell(words, id),
        forgetDead: () => {},
        listen: (id, onRing) => new ModelBell(words, id, onRing),
      },
    }));
    self.follow(arena.words);
    return arena;
  }

  /** What a word of the arena is called in a schedule. */
  nameOf(index: number): string {
    if (index < SLOTS_AT) return `header word ${index}`;
    if (index < BUCKETS_AT) return part("slot", index - SLOTS_AT, SLOT_WORDS);
    if (index < TABLE_AT) return part("bucket", index - BUCKETS_AT, BUCKET_WORDS);
    if (index < FIRST_SUPERBLOCK * SUPERBLOCK_WORDS) {
      const word = index - TABLE_AT;
      return `${word % 2 === 0 ? "owner" : "shape"} of superblock ${word >> 1}`;
    }
    const inside = index % SUPERBLOCK_WORDS;
    const superblock = (index - inside) / SUPERBLOCK_WORDS;
    return inside < 64
      ? `bitmap word ${inside} of superblock ${superblock}`
      : `word ${inside - 64} of the blocks of superblock ${superblock} (${index})`;
  }
}

const part = (what: string, words: number, size: number): string =>
  `${what} ${Math.floor(words / size)} word ${words % size}`;

const silent = {
  descriptor: null,
  quiet: () => {},
  arm: () => {},
  hold: () => {},
  familyGrew: () => {},
  stop: () => {},
};

const isNumber = (key: string | symbol): key is string =>
  typeof key === "string" && /^\d+$/.test(key);

function wordByWord(words: Int32Array): Int32Array {
  return new Proxy(words, {
    get(target, key) {
      if (isNumber(key)) return atomics.load(target, Number(key));
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
    set(target, key, value) {
      atomics.store(target, Number(key), value as number);
      return true;
    },
  });
}

/** As much of a Buffer as messages in whole words need, read from front to back. */
function byteByByte(words: Int32Array): Buffer {
  const word = new Int32Array(1);
  const bytes = new Uint8Array(word.buffer);
  const set = (message: Uint8Array, from: number): void => {
    for (let at = 0; at < message.length; at += 4) {
      bytes.set(message.subarray(at, at + 4));
      atomics.store(words, (from + at) / 4, word[0]!);
    }
  };
  return new Proxy({ set } as unknown as Buffer, {
    get(target, key) {
      if (!isNumber(key)) return Reflect.get(target, key) as unknown;
      if (Number(key) % 4 === 0) word[0] = atomics.load(words, Number(key) / 4);
      return bytes[Number(key) % 4];
    },
  });
}

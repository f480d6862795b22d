/**
 * An arena for models: small, its members are the model's threads, and who is alive is what the
 * scheduler says. Importing it makes the core not spin before it sleeps, as on one processor.
 */
import { syncBuiltinESMExports } from "node:module";
import os from "node:os";
import { Arena } from "#internal/core/arena.js";
import * as atomics from "#internal/core/atomics.js";
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
  slotAt,
} from "#internal/core/layout.js";
import { Member } from "#internal/core/member.js";
import { settle } from "#internal/core/settle.js";
import { S_ARMED, claimSlot, goLive } from "#internal/core/slots.js";
import type { Self } from "./scheduler.ts";

os.availableParallelism = () => 1;
syncBuiltinESMExports();

const INFO = { pid: 1, tid: 1, threadId: 0, started: 0 };

export class ModelArena {
  readonly memoryBytes: number;
  readonly #slots: readonly number[];
  readonly #arenas: Arena[] = [];
  #words: Int32Array | undefined;

  /** @param slots one for each thread of the model; one more is for setup and end */
  constructor(slots: readonly number[], superblocks = 2) {
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

  /** The membership of a thread, anew for each run. */
  join(self: Self): Member {
    const arena = (this.#arenas[self.index] ??= this.#arenaOf(self));
    return new Member(arena, this.idOf(self.index));
  }

  /** The member for setup, and for the end of a schedule, which settles those of `dead`. */
  observer(dead: readonly number[] = []): Member {
    const slots = dead.map((thread) => this.#slots[thread]!);
    const member = new Member(
      this.#make((slot) => slots.includes(slot)),
      idOf(1, this.#slots.at(-1)!),
    );
    for (const thread of dead) settle(member, this.idOf(thread));
    return member;
  }

  #make(isDead: (slot: number) => boolean): Arena {
    const words = this.#words!;
    const arena = new Arena(words.buffer as SharedArrayBuffer, "thread", () => ({
      sleeper: { sleep: () => {}, wake: () => {} },
      life: { isAlive: (slot) => !isDead(slot) },
      bells: { ring: () => {}, listen: () => silent },
    }));
    arena.words.fill = words.fill;
    return arena;
  }

  #arenaOf(self: Self): Arena {
    const arena = new Arena(self.words.buffer as SharedArrayBuffer, "thread", ({ words }) => ({
      sleeper: {
        sleep: (index, expected, ms) => atomics.wait(words, index, expected, ms),
        wake: (index, count) => atomics.notify(words, index, count),
      },
      life: { isAlive: (slot) => self.isAlive(this.#slots.indexOf(slot)) },
      bells: {
        ring: (id) => void atomics.exchange(words, slotAt(id & 1023) + S_ARMED, 0),
        listen: () => silent,
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

const silent = { arm: () => {}, hold: () => {}, stop: () => {} };

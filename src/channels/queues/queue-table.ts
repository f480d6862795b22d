/**
 * Messages in a table, for queues whose order is not that of arrival.
 *
 *   PUT, GOT    messages put and got so far, modulo 2^32
 *   TABLE       the table: its capacity, its length, then an entry for each message, in order of
 *               arrival: BLOCK (0 when it was taken), stamp, number, size
 *   KIND        what all messages inside have in common, where a subclass asks for that; without
 *               meaning while there are none
 *   P_…         what somebody is about to do with a block, and NEW and OLD while a table grows;
 *               zero most of the time
 *
 * One latch orders everybody. Each message is a block of its own, and the truth is in few words: a
 * message is in the queue from the store of its entry's BLOCK, and taken by that of its holder.
 * Everything else (the length, the counts) is made anew from the entries by whoever takes the latch
 * from the dead.
 */
import { atomics } from "../../core/atomics.ts";
import { type Handle, passTo, stampOf } from "../../core/blocks.ts";
import { registerKind } from "../../core/kinds.ts";
import { dropLatch, takeLatch } from "../../core/latch.ts";
import { NOBODY } from "../../core/layout.ts";
import type { Member } from "../../core/member.ts";
import { KIND_TABLE } from "../messages/kinds.ts";
import {
  claimMessage,
  dropMessage,
  freeMessage,
  isUnclaimed,
  writeMessage,
} from "../messages/message-block.ts";
import type { Draft, Incoming } from "../messages/message.ts";
import { ADDED, FULL, type QueueStore, SHUT, type StoreLimits } from "../lanes/queue-store.ts";
import * as lay from "./queue-table-layout.ts";

registerKind(KIND_TABLE, { name: "table of a queue", shared: false });

/** An entry that still is in the queue. */
export interface Entry extends Handle {
  readonly number: number;
  readonly sizeBytes: number;
}

/** The store whose words begin at `at`; subclasses say which message comes next. */
export abstract class QueueTable implements QueueStore {
  abstract readonly takesByUserCode: boolean;
  protected member: Member;
  readonly #words: Int32Array;
  readonly #at: number;
  readonly #limits: StoreLimits;

  constructor(member: Member, at: number, limits: StoreLimits) {
    this.member = member;
    this.#words = member.arena.words;
    this.#at = at;
    this.#limits = limits;
  }

  abstract take(incoming: Incoming): boolean;

  found(): void {
    const { allocator, room } = this.member;
    const sizeBytes = lay.tableBytes(lay.FIRST_CAPACITY);
    const table = room.use(() => allocator.allocate(sizeBytes, KIND_TABLE, true));
    this.#words[table + lay.CAPACITY] = lay.FIRST_CAPACITY;
    this.#set(lay.TABLE, table);
    passTo(this.member.arena, table, NOBODY);
  }

  rejoin(member: Member): void {
    this.member = member;
  }

  #get(word: number): number {
    return atomics.load(this.#words, this.#at + word);
  }

  #set(word: number, value: number): void {
    atomics.store(this.#words, this.#at + word, value);
  }

  get put(): number {
    return this.#get(lay.PUT);
  }

  get size(): number {
    const got = this.#get(lay.GOT);
    return (this.put - got) | 0;
  }

  get isEmpty(): boolean {
    return this.#get(lay.GOT) === this.put;
  }

  get isShut(): boolean {
    return this.#get(lay.CLOSED) !== 0;
  }

  get bytes(): number {
    return this.#get(lay.BYTES);
  }

  hasRoomFor({ sizeBytes }: Draft): boolean {
    const { size } = this;
    const { maxSize, maxBytes } = this.#limits;
    if (maxSize > 0 && size >= maxSize) return false;
    return size === 0 || this.bytes + sizeBytes <= maxBytes;
  }

  /** Runs `body` while nobody else changes the table. */
  protected ordered<R>(body: () => R): R {
    const { arena, id } = this.member;
    const latch = this.#at + lay.LATCH;
    if (takeLatch(arena, latch, id)) this.#mend();
    try {
      return body();
    } finally {
      dropLatch(arena, latch);
    }
  }

  append(draft: Draft): number {
    if (draft.block === 0) {
      const coded = draft.bytes.subarray(0, draft.length);
      Object.assign(draft, writeMessage(this.member, coded, [], []));
    }
    return this.ordered(() => {
      if (this.isShut) return SHUT;
      this.#set(lay.KIND, this.kindWith(draft, this.isEmpty ? 0 : this.#get(lay.KIND)));
      if (!this.hasRoomFor(draft)) return FULL;
      this.#write(draft);
      return ADDED;
    });
  }

  /** What is KIND with one more message; throws if it cannot be there. 0: there are none so far. */
  protected kindWith(_draft: Draft, kind: number): number {
    return kind;
  }

  #write({ block, stamp, sizeBytes }: Draft): void {
    const words = this.#words;
    if (words[this.#table + lay.LENGTH] === words[this.#table + lay.CAPACITY]) this.#makeRoom();
    const { put } = this;
    const length = words[this.#table + lay.LENGTH]!;
    const entry = this.entryAt(length);
    this.#set(lay.P_STAMP, stamp);
    this.#set(lay.P_BLOCK, block);
    passTo(this.member.arena, block, NOBODY);
    words[entry + lay.STAMP] = stamp;
    words[entry + lay.NUMBER] = put;
    words[entry + lay.SIZE] = sizeBytes;
    atomics.store(words, entry + lay.BLOCK, block);
    words[this.#table + lay.LENGTH] = length + 1;
    this.#set(lay.PUT, (put + 1) | 0);
    this.#set(lay.BYTES, this.bytes + sizeBytes);
    this.#set(lay.P_BLOCK, 0);
  }

  get #table(): number {
    return this.#get(lay.TABLE);
  }

  /** How many entries there are, those of taken messages included. Under the latch. */
  protected get length(): number {
    return this.#words[this.#table + lay.LENGTH]!;
  }

  /** Where entry `index` begins. Under the latch, as all that follows. */
  protected entryAt(index: number): number {
    return this.#table + lay.ENTRIES + index * lay.ENTRY_WORDS;
  }

  /** Entry `index`; undefined when its message was taken. */
  protected entry(index: number): Entry | undefined {
    const words = this.#words;
    const at = this.entryAt(index);
    const entry = { block: words[at + lay.BLOCK]!, stamp: words[at + lay.STAMP]! };
    if (entry.block === 0 || !isUnclaimed(this.member.arena, entry)) return undefined;
    return { ...entry, number: words[at + lay.NUMBER]!, sizeBytes: words[at + lay.SIZE]! };
  }

  protected numberOf(index: number): number {
    return this.#words[this.entryAt(index) + lay.NUMBER]!;
  }

  /** Takes the message of an entry. */
  protected claim(index: number, entry: Entry): void {
    claimMessage(this.member, entry);
    atomics.store(this.#words, this.entryAt(index) + lay.BLOCK, 0);
    this.#set(lay.GOT, (this.#get(lay.GOT) + 1) | 0);
    this.#set(lay.BYTES, this.bytes - entry.sizeBytes);
  }

  /** Forgets the entries from `length` on. */
  protected cut(length: number): void {
    this.#words[this.#table + lay.LENGTH] = length;
  }

  /** A table without the entries of taken messages; a larger one if they were few. */
  #makeRoom(): void {
    const { arena, allocator } = this.member;
    const words = this.#words;
    const old = this.#table;
    const capacity = words[old + lay.CAPACITY]!;
    const live = this.#entries();
    const next = live.length * 2 > capacity ? capacity * 2 : capacity;
    const table = allocator.allocate(lay.tableBytes(next), KIND_TABLE, true);
    words[table + lay.CAPACITY] = next;
    words[table + lay.LENGTH] = live.length;
    let at = table + lay.ENTRIES;
    for (const entry of live) {
      words.set([entry.block, entry.stamp, entry.number, entry.sizeBytes], at);
      at += lay.ENTRY_WORDS;
    }
    this.#set(lay.OLD_STAMP, stampOf(arena, old));
    this.#set(lay.OLD, old);
    this.#set(lay.NEW_STAMP, stampOf(arena, table));
    this.#set(lay.NEW, table);
    passTo(arena, table, NOBODY);
    this.#set(lay.TABLE, table);
    this.#dropTable(lay.OLD, lay.OLD_STAMP);
    this.#set(lay.NEW, 0);
  }

  #entries(): Entry[] {
    const live: Entry[] = [];
    for (let index = 0; index < this.length; index++) {
      const entry = this.entry(index);
      if (entry !== undefined) live.push(entry);
    }
    return live;
  }

  #dropTable(which: number, itsStamp: number): void {
    const block = this.#get(which);
    if (block === 0) return;
    this.member.allocator.freeFrom(NOBODY, { block, stamp: this.#get(itsStamp) });
    this.#set(which, 0);
  }

  /** Somebody died in the middle: everything is made anew from the entries. */
  #mend(): void {
    const words = this.#words;
    if (this.#table === 0) return;
    if (this.#get(lay.NEW) === this.#table) this.#dropTable(lay.OLD, lay.OLD_STAMP);
    else this.#dropTable(lay.NEW, lay.NEW_STAMP);
    this.#set(lay.OLD, 0);
    this.#set(lay.NEW, 0);
    const { length } = this;
    const pending = { block: this.#get(lay.P_BLOCK), stamp: this.#get(lay.P_STAMP) };
    const isRoom = length < words[this.#table + lay.CAPACITY]!;
    // Written, but not counted yet.
    if (isRoom && words[this.entryAt(length) + lay.BLOCK] !== 0) this.cut(length + 1);
    const newest = this.length - 1;
    if (newest >= 0 && this.numberOf(newest) === this.put) this.#set(lay.PUT, (this.put + 1) | 0);
    const live = this.#entries();
    if (live.at(-1)?.block !== pending.block) dropMessage(this.member, pending);
    this.#set(lay.P_BLOCK, 0);
    for (let index = 0; index < this.length; index++) {
      if (this.entry(index) === undefined) words[this.entryAt(index) + lay.BLOCK] = 0;
    }
    this.#set(lay.GOT, (this.put - live.length) | 0);
    this.#set(
      lay.BYTES,
      live.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    );
  }

  shut(): void {
    this.ordered(() => this.#set(lay.CLOSED, 1));
  }

  drain(): number {
    if (this.#table === 0) return 0;
    const taken = this.ordered(() => {
      const live: Entry[] = [];
      for (let index = 0; index < this.length; index++) {
        const entry = this.entry(index);
        if (entry === undefined) continue;
        this.claim(index, entry);
        live.push(entry);
      }
      this.cut(0);
      return live;
    });
    for (const entry of taken) freeMessage(this.member, entry);
    return taken.length;
  }

  destroy(): void {
    this.shut();
    this.drain();
    const table = this.#table;
    if (table === 0) return;
    const stamp = stampOf(this.member.arena, table);
    if (this.member.allocator.freeFrom(NOBODY, { block: table, stamp })) this.#set(lay.TABLE, 0);
  }
}

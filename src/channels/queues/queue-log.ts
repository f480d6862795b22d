/**
 * First in, first out: an endless log of messages in segments, read at one end, written at the
 * other. Writers are ordered by one latch, readers by another, so both sides work at once.
 *
 *   PUT, GOT      messages put and got so far, modulo 2^32; message n exists while GOT ≤ n < PUT
 *   WRITE, READ   two positions each: segment, its stamp, offset, bytes so far. The one in force is
 *                 number PUT & 1, or GOT & 1; the other is being made or is out of date
 *   P_…, T_…      what a writer, a reader, is about to do with a block; zero most of the time
 *   segment       NEXT, its stamp, then messages: a length and that many bytes, or BLOCK, block,
 *                 stamp and size; or END, and the log goes on in the next segment
 *
 * A put writes its message and the position behind it, and then raises PUT: that one store makes
 * the message exist and the position count. A get does the same with GOT. So whoever dies at any
 * other instruction has done nothing yet or everything. Only blocks that change hands need more:
 * they are named (P_…, T_…) before the store and crossed out after it, and whoever takes a latch
 * from the dead drops what the store left behind:
 *
 *   named for put n    PUT = n      not put: the message, or new segment, is dropped
 *                      PUT > n      put: nothing to do
 *   named for get n    GOT = n      not taken: nothing to do
 *                      GOT > n      taken by the dead: it is gone, and the segment behind it
 *
 * Positions of blocks go with their stamps, so that dropping something twice does nothing.
 */
import { atomics } from "../../core/atomics.ts";
import { type Handle, passTo, stampOf } from "../../core/blocks.ts";
import { registerKind } from "../../core/kinds.ts";
import { dropLatch, takeLatch } from "../../core/latch.ts";
import { NOBODY } from "../../core/layout.ts";
import type { Member } from "../../core/member.ts";
import { KIND_SEGMENT } from "../messages/kinds.ts";
import { claimMessage, copyBytes, dropMessage, freeMessage } from "../messages/message-block.ts";
import { type Draft, Incoming } from "../messages/message.ts";
import * as lay from "./queue-log-layout.ts";
import { ADDED, FULL, type QueueStore, SHUT, type StoreLimits } from "../lanes/queue-store.ts";

registerKind(KIND_SEGMENT, { name: "segment of a queue", shared: false });

/** The log whose words begin at `at`. */
export class QueueLog implements QueueStore {
  readonly takesByUserCode = false;
  #member: Member;
  readonly #words: Int32Array;
  readonly #bytes: Buffer;
  readonly #at: number;
  readonly #limits: StoreLimits;

  constructor(member: Member, at: number, limits: StoreLimits) {
    this.#member = member;
    this.#words = member.arena.words;
    this.#bytes = member.arena.bytes;
    this.#at = at;
    this.#limits = limits;
  }

  /** Makes words that are all zero an empty log. */
  found(): void {
    const { arena, allocator, room } = this.#member;
    const segment = room.use(() => allocator.allocate(lay.SEGMENT_BYTES, KIND_SEGMENT));
    for (const position of [this.#at + lay.WRITE, this.#at + lay.READ]) {
      this.#setPosition(position, segment, stampOf(arena, segment), lay.FIRST, 0);
    }
    passTo(arena, segment, NOBODY);
  }

  rejoin(member: Member): void {
    this.#member = member;
  }

  get put(): number {
    return atomics.load(this.#words, this.#at + lay.PUT);
  }

  get #got(): number {
    return atomics.load(this.#words, this.#at + lay.GOT);
  }

  get size(): number {
    const got = this.#got;
    return (this.put - got) | 0;
  }

  get isEmpty(): boolean {
    return this.#got === this.put;
  }

  get isShut(): boolean {
    return atomics.load(this.#words, this.#at + lay.CLOSED) !== 0;
  }

  get bytes(): number {
    const got = this.#words[this.#position(lay.READ, this.#got) + lay.BYTES]!;
    return (this.#words[this.#position(lay.WRITE, this.put) + lay.BYTES]! - got) | 0;
  }

  #position(which: number, number: number): number {
    return this.#at + which + (number & 1) * lay.POSITION_WORDS;
  }

  #setPosition(
    position: number,
    segment: number,
    stamp: number,
    offset: number,
    bytes: number,
  ): void {
    const words = this.#words;
    words[position + lay.SEGMENT] = segment;
    words[position + lay.STAMP] = stamp;
    words[position + lay.OFFSET] = offset;
    words[position + lay.BYTES] = bytes;
  }

  append(draft: Draft): number {
    const { arena, id } = this.#member;
    const latch = this.#at + lay.WRITING;
    if (takeLatch(arena, latch, id)) this.#mendWriting();
    try {
      if (this.isShut) return SHUT;
      if (!this.hasRoomFor(draft)) return FULL;
      this.#write(draft);
      return ADDED;
    } finally {
      dropLatch(arena, latch);
    }
  }

  hasRoomFor({ sizeBytes }: Draft): boolean {
    const { size } = this;
    const { maxSize, maxBytes } = this.#limits;
    if (maxSize > 0 && size >= maxSize) return false;
    return size === 0 || this.bytes + sizeBytes <= maxBytes;
  }

  #write(draft: Draft): void {
    const words = this.#words;
    const number = this.put;
    const from = this.#position(lay.WRITE, number);
    let segment = words[from + lay.SEGMENT]!;
    let stamp = words[from + lay.STAMP]!;
    let offset = words[from + lay.OFFSET]!;
    const isShort = draft.block === 0;
    const need = isShort ? lay.wordsFor(draft.length) : lay.BLOCK_WORDS;
    // The last word is kept for END.
    const goesOn = offset + need >= lay.SEGMENT_END;
    if (goesOn) {
      const next = this.#addSegment(number, segment, offset);
      segment = next;
      stamp = stampOf(this.#member.arena, next);
      offset = lay.FIRST;
    }
    const at = segment + offset;
    if (isShort) {
      words[at] = draft.length;
      copyBytes(draft.bytes, 0, this.#bytes, (at + 1) * 4, draft.length);
    } else this.#writeBlock(number, at, draft);
    const bytes = (words[from + lay.BYTES]! + draft.sizeBytes) | 0;
    const to = this.#position(lay.WRITE, number + 1);
    this.#setPosition(to, segment, stamp, offset + need, bytes);
    atomics.store(words, this.#at + lay.PUT, (number + 1) | 0);
    if (goesOn) atomics.store(words, this.#at + lay.P_SEGMENT, 0);
    if (!isShort) atomics.store(words, this.#at + lay.P_BLOCK, 0);
  }

  #addSegment(number: number, segment: number, offset: number): number {
    const { arena, allocator } = this.#member;
    const words = this.#words;
    const next = allocator.allocate(lay.SEGMENT_BYTES, KIND_SEGMENT);
    const stamp = stampOf(arena, next);
    words[segment + lay.NEXT] = next;
    words[segment + lay.NEXT_STAMP] = stamp;
    words[segment + offset] = lay.END;
    this.#name(lay.P_NUMBER, number, lay.P_SEGMENT, next, stamp);
    passTo(arena, next, NOBODY);
    return next;
  }

  #writeBlock(number: number, at: number, { block, stamp, sizeBytes }: Draft): void {
    const words = this.#words;
    words[at] = lay.BLOCK;
    words[at + 1] = block;
    words[at + 2] = stamp;
    words[at + 3] = sizeBytes;
    this.#name(lay.P_NUMBER, number, lay.P_BLOCK, block, stamp);
    passTo(this.#member.arena, block, NOBODY);
  }

  /** Names a block that changes hands; the block last, which makes the name count. */
  #name(ofNumber: number, number: number, ofBlock: number, block: number, stamp: number): void {
    atomics.store(this.#words, this.#at + ofNumber, number);
    atomics.store(this.#words, this.#at + ofBlock + 1, stamp);
    atomics.store(this.#words, this.#at + ofBlock, block);
  }

  take(incoming: Incoming): boolean {
    if (this.isEmpty) return false;
    const { arena, id } = this.#member;
    const latch = this.#at + lay.READING;
    if (takeLatch(arena, latch, id)) this.#mendReading();
    try {
      const number = this.#got;
      if (number === this.put) return false;
      this.#read(number, incoming);
      return true;
    } finally {
      dropLatch(arena, latch);
    }
  }

  #read(number: number, incoming: Incoming): void {
    const words = this.#words;
    const from = this.#position(lay.READ, number);
    let segment = words[from + lay.SEGMENT]!;
    let stamp = words[from + lay.STAMP]!;
    let offset = words[from + lay.OFFSET]!;
    const left = words[segment + offset] === lay.END ? { block: segment, stamp } : undefined;
    if (left !== undefined) {
      this.#name(lay.T_NUMBER, number, lay.T_SEGMENT, segment, stamp);
      stamp = words[segment + lay.NEXT_STAMP]!;
      segment = words[segment + lay.NEXT]!;
      offset = lay.FIRST;
    }
    const at = segment + offset;
    const length = words[at]!;
    const isShort = length !== lay.BLOCK;
    if (isShort) {
      copyBytes(this.#bytes, (at + 1) * 4, incoming.room(length), 0, length);
    } else {
      incoming.setBlock(words[at + 1]!, words[at + 2]!);
      this.#name(lay.T_NUMBER, number, lay.T_BLOCK, incoming.block, incoming.stamp);
    }
    const end = offset + (isShort ? lay.wordsFor(length) : lay.BLOCK_WORDS);
    const bytes = (words[from + lay.BYTES]! + (isShort ? length : words[at + 3]!)) | 0;
    this.#setPosition(this.#position(lay.READ, number + 1), segment, stamp, end, bytes);
    atomics.store(words, this.#at + lay.GOT, (number + 1) | 0);
    if (!isShort) {
      claimMessage(this.#member, incoming);
      atomics.store(words, this.#at + lay.T_BLOCK, 0);
    }
    if (left !== undefined) {
      this.#member.allocator.freeFrom(NOBODY, left);
      atomics.store(words, this.#at + lay.T_SEGMENT, 0);
    }
  }

  #mendWriting(): void {
    if (atomics.load(this.#words, this.#at + lay.P_NUMBER) === this.put) {
      dropMessage(this.#member, this.#named(lay.P_BLOCK));
      this.#dropSegment(this.#named(lay.P_SEGMENT));
    }
    atomics.store(this.#words, this.#at + lay.P_BLOCK, 0);
    atomics.store(this.#words, this.#at + lay.P_SEGMENT, 0);
  }

  #mendReading(): void {
    if (atomics.load(this.#words, this.#at + lay.T_NUMBER) !== this.#got) {
      dropMessage(this.#member, this.#named(lay.T_BLOCK));
      this.#dropSegment(this.#named(lay.T_SEGMENT));
    }
    atomics.store(this.#words, this.#at + lay.T_BLOCK, 0);
    atomics.store(this.#words, this.#at + lay.T_SEGMENT, 0);
  }

  #named(ofBlock: number): Handle {
    const block = atomics.load(this.#words, this.#at + ofBlock);
    return { block, stamp: atomics.load(this.#words, this.#at + ofBlock + 1) };
  }

  #dropSegment(segment: Handle): void {
    if (segment.block !== 0) this.#member.allocator.freeFrom(NOBODY, segment);
  }

  shut(): void {
    const { arena, id } = this.#member;
    const latch = this.#at + lay.WRITING;
    if (takeLatch(arena, latch, id)) this.#mendWriting();
    atomics.store(this.#words, this.#at + lay.CLOSED, 1);
    dropLatch(arena, latch);
  }

  destroy(): void {
    // A put or get that somebody died in is finished by whoever takes the latch next: by us.
    this.shut();
    this.drain();
    const last = this.#position(lay.READ, this.#got);
    this.#dropSegment({ block: this.#words[last]!, stamp: this.#words[last + lay.STAMP]! });
  }

  drain(): number {
    const incoming = new Incoming();
    let count = 0;
    for (; this.take(incoming); count++) {
      if (incoming.block !== 0) freeMessage(this.#member, incoming);
    }
    return count;
  }
}

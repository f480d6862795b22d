/**
 * Allocates blocks for one thread, out of superblocks of its own; anyone frees them.
 *
 * Small blocks come from superblocks cut into one class; larger ones are spans of whole
 * superblocks. Pages of freed spans are kept warm up to a limit, since the first write into fresh
 * pages costs eight times the next; beyond it they are given back to the system.
 */
import { ResourceLimitError, StateError } from "../errors.ts";
import type { Arena } from "./arena.ts";
import { atomics } from "./atomics.ts";
import { type Handle, HEADER_WORDS, close, open, prepare, stampOf } from "./blocks.ts";
import { FIRST_SUPERBLOCK, H_WARM, SUPERBLOCK_BYTES } from "./layout.ts";
import {
  CLASS_BYTES,
  LARGEST_CLASS,
  ORPHAN,
  blockAt,
  claim,
  claimSpan,
  clearBit,
  cut,
  findFree,
  giveBack,
  giveBackSpan,
  highest,
  indexOf,
  isCut,
  isEmpty,
  isSpan,
  isWhole,
  orphan,
  ownerOf,
  setBit,
  shapeOf,
  spanLength,
  startOf,
  superblockOf,
} from "./superblocks.ts";

/** Free spans keep at most this many superblocks' pages. */
const WARM_SUPERBLOCKS: number = (256 * 2 ** 20) / SUPERBLOCK_BYTES;
/** How many of its full superblocks a thread looks through before it takes another. */
const LOOK_BACK = 4;

/** Gives the pages of a range of the arena back to the system. */
export type PunchHole = (offsetBytes: number, sizeBytes: number) => void;

const megabytes = (bytes: number): string => `${Math.ceil(bytes / 2 ** 20)} MiB`;

export class Allocator {
  readonly #arena: Arena;
  readonly #id: number;
  readonly #punchHole: PunchHole | undefined;
  /** For each class the superblocks that are ours; the last is the one in use. */
  readonly #mine: number[][] = CLASS_BYTES.map(() => []);
  /**
   * The next use's stamp. Threads begin far from each other, so that a handle of an old use is not
   * mistaken for a new one's, whatever became of the memory meanwhile.
   */
  #stamp: number;

  constructor(arena: Arena, id: number, punchHole?: PunchHole) {
    this.#arena = arena;
    this.#id = id;
    this.#punchHole = punchHole;
    this.#stamp = Math.imul(id, 0x9e37_79b1) | 1;
  }

  /**
   * A block of at least `sizeBytes`, held by this thread. What is in it is undefined unless
   * `zeroed`, which is done before others can see what kind of block it is.
   * @throws ResourceLimitError when the arena has no room
   */
  allocate(sizeBytes: number, kind: number, zeroed = false): number {
    const total = sizeBytes + HEADER_WORDS * 4;
    const block = total <= CLASS_BYTES[LARGEST_CLASS]! ? this.#small(total) : this.#span(total);
    if (zeroed) this.#arena.words.fill(0, block, block + Math.ceil(sizeBytes / 4));
    this.#stamp = (this.#stamp + 2) | 0;
    open(this.#arena, block, kind, this.#stamp);
    return block;
  }

  #small(total: number): number {
    let shape = 1;
    while (CLASS_BYTES[shape]! < total) shape++;
    const mine = this.#mine[shape]!;
    for (let back = 0; back < Math.min(mine.length, LOOK_BACK); back++) {
      const block = this.#take(mine.at(-1)!, shape);
      if (block !== 0) return block;
      mine.unshift(mine.pop()!);
    }
    for (;;) {
      const superblock = this.#adopt(shape) || this.#claimOne(shape) || this.#findRoom(shape);
      if (superblock === 0) throw this.#full(SUPERBLOCK_BYTES);
      const block = this.#take(superblock, shape);
      if (block !== 0) return block;
    }
  }

  #take(superblock: number, shape: number): number {
    const index = findFree(this.#arena, superblock, shape);
    if (index < 0) return 0;
    const block = blockAt(superblock, shape, index) + HEADER_WORDS;
    prepare(this.#arena, block, this.#id);
    setBit(this.#arena, superblock, index);
    return block;
  }

  /** A superblock of this class whose owner is gone, perhaps with room. */
  #adopt(shape: number): number {
    const end = highest(this.#arena);
    for (let superblock = FIRST_SUPERBLOCK; superblock < end; superblock++) {
      if (ownerOf(this.#arena, superblock) !== ORPHAN) continue;
      if (shapeOf(this.#arena, superblock) !== shape) continue;
      if (!claim(this.#arena, superblock, ORPHAN, this.#id)) continue;
      // Between look and claim it may have been given back, cut otherwise, and orphaned again.
      if (shapeOf(this.#arena, superblock) === shape) {
        this.#mine[shape]!.push(superblock);
        return superblock;
      }
      orphan(this.#arena, superblock, this.#id);
      this.#buryOrphan(superblock);
    }
    return 0;
  }

  #claimOne(shape: number): number {
    for (let superblock = FIRST_SUPERBLOCK; superblock < this.#arena.superblocks; superblock++) {
      if (ownerOf(this.#arena, superblock) !== 0) continue;
      if (!claim(this.#arena, superblock, 0, this.#id)) continue;
      cut(this.#arena, superblock, shape);
      this.#mine[shape]!.push(superblock);
      return superblock;
    }
    return 0;
  }

  /** When the arena is full: room in a superblock of ours that we had not looked at for long. */
  #findRoom(shape: number): number {
    const mine = this.#mine[shape]!;
    const roomy = mine.findIndex((superblock) => findFree(this.#arena, superblock, shape) >= 0);
    if (roomy >= 0) {
      const [superblock] = mine.splice(roomy, 1) as [number];
      mine.push(superblock);
      return superblock;
    }
    return this.#giveBackEmpty() ? this.#claimOne(shape) : 0;
  }

  /** Gives back those of our superblocks in which nothing is in use; true if there were any. */
  #giveBackEmpty(): boolean {
    let found = false;
    for (const [shape, mine] of this.#mine.entries()) {
      this.#mine[shape] = mine.filter((superblock) => {
        if (!isEmpty(this.#arena, superblock)) return true;
        giveBack(this.#arena, superblock);
        found = true;
        return false;
      });
    }
    return found;
  }

  #span(total: number): number {
    const count = Math.ceil(total / SUPERBLOCK_BYTES);
    let first = claimSpan(this.#arena, count, this.#id);
    if (first === 0 && this.#giveBackEmpty()) first = claimSpan(this.#arena, count, this.#id);
    if (first === 0) throw this.#full(total);
    const warm = atomics.load(this.#arena.words, H_WARM);
    if (warm > 0) atomics.add(this.#arena.words, H_WARM, -Math.min(warm, count));
    return startOf(first) + HEADER_WORDS;
  }

  #full(wanted: number): ResourceLimitError {
    return new ResourceLimitError(
      `shared memory is full: no ${megabytes(wanted)} in a row are free of ` +
        `${megabytes(this.#arena.superblocks * SUPERBLOCK_BYTES)}; ` +
        `read queues and drop shared objects before adding more`,
    );
  }

  /**
   * Frees a block that this thread holds, whoever allocated it.
   * @throws StateError when it was freed before, or another holds it
   */
  free(block: number, stamp: number = stampOf(this.#arena, block)): void {
    if (this.freeFrom(this.#id, { block, stamp })) return;
    throw new StateError(`block ${block} of shared memory was freed before, or is not ours`);
  }

  /**
   * Frees a block that `holder` holds: NOBODY, or a thread that is dead. False if it was too late.
   */
  freeFrom(holder: number, handle: Handle): boolean {
    if (!close(this.#arena, handle, this.#id, holder)) return false;
    this.reclaim(handle.block);
    return true;
  }

  /** Makes the room of a block free that oneself, or a thread now dead, prepared or closed. */
  reclaim(block: number): void {
    const arena = this.#arena;
    const superblock = superblockOf(block);
    const shape = shapeOf(arena, superblock);
    if (isSpan(shape)) return this.#reclaimSpan(superblock, spanLength(shape));
    clearBit(arena, superblock, indexOf(superblock, shape, block - HEADER_WORDS));
    if (ownerOf(arena, superblock) === ORPHAN) this.#buryOrphan(superblock);
  }

  #reclaimSpan(first: number, count: number): void {
    const warm = atomics.add(this.#arena.words, H_WARM, count);
    // Parts that a dead thread gave back before us may be in use again.
    const whole = isWhole(this.#arena, first);
    if (this.#punchHole !== undefined && warm + count > WARM_SUPERBLOCKS && whole) {
      this.#punchHole(first * SUPERBLOCK_BYTES, count * SUPERBLOCK_BYTES);
      atomics.add(this.#arena.words, H_WARM, -count);
    }
    giveBackSpan(this.#arena, first, this.#id);
  }

  /** An orphan that became empty is free; adopting it first makes sure that nobody sets bits. */
  #buryOrphan(superblock: number): void {
    const arena = this.#arena;
    // A block may be freed between the look and the return: then look again.
    while (isEmpty(arena, superblock) && claim(arena, superblock, ORPHAN, this.#id)) {
      if (isEmpty(arena, superblock)) return giveBack(arena, superblock);
      orphan(arena, superblock, this.#id);
    }
  }

  /**
   * Gives up all superblocks of `id`: of oneself before leaving, or of a dead thread whose blocks
   * were freed.
   */
  disown(id: number = this.#id): void {
    const arena = this.#arena;
    const end = highest(arena);
    for (let superblock = FIRST_SUPERBLOCK; superblock < end; superblock++) {
      if (ownerOf(arena, superblock) !== id) continue;
      if (isCut(shapeOf(arena, superblock))) {
        orphan(arena, superblock, id);
        this.#buryOrphan(superblock);
      } else {
        giveBack(arena, superblock);
      }
    }
    if (id === this.#id) for (const list of this.#mine) list.length = 0;
  }
}

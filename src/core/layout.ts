/**
 * Where things lie in an arena. All positions are word indexes (4 bytes), so that they fit a small
 * integer and a plain Int32Array reads everything.
 *
 *   0        header: magic, version, size …
 *   16,384   slots: 1,024 × 32 words, one for each thread of each process
 *   49,152   buckets: 512 × 16 words, where waiting threads queue
 *   57,344   superblock table: 2 words for each superblock (owner, shape)
 *   98,304   superblocks: 16,384 words (64 KiB) each, to the end
 */

export const ARENA_BYTES: number = 2 ** 30;
export const MAGIC: number = 0x6d_68_61_72;
export const VERSION = 1;

// Header words.
export const H_MAGIC = 0;
export const H_VERSION = 1;
/** How many superblocks there are. */
export const H_SUPERBLOCKS = 2;
/** No superblock from this number on was ever used; scans stop here. */
export const H_HIGH = 3;
/** Free superblocks whose pages the system still keeps for us. */
export const H_WARM = 4;
/** No slot from this number on was ever taken. */
export const H_SLOTS = 5;
/** 1 while waits in this arena are looked through for cycles. */
export const H_DETECTS = 6;
/** Who looks for a cycle, one at a time: a latch. */
export const H_DETECTOR = 7;
/** The block that notes in which order locks were taken; 0 when there is none yet. */
export const H_ORDERS = 8;

/** Holders and owners that are this id belong to nobody who could die. */
export const NOBODY = 0;

// Slots. Slot 0 is never used, so that no id is zero.
export const SLOTS_AT = 16_384;
export const SLOT_WORDS = 32;
export const SLOT_COUNT = 1_024;
/** Whoever has to take this one looks first for slots of the dead that nobody has settled. */
export const LAST_SLOT: number = SLOT_COUNT - 1;

// Buckets.
export const BUCKETS_AT: number = SLOTS_AT + SLOT_COUNT * SLOT_WORDS;
export const BUCKET_WORDS = 16;
export const BUCKET_COUNT = 512;

// Superblocks.
export const TABLE_AT: number = BUCKETS_AT + BUCKET_COUNT * BUCKET_WORDS;
export const SUPERBLOCK_WORDS = 16_384;
export const SUPERBLOCK_BYTES: number = SUPERBLOCK_WORDS * 4;
export const FIRST_SUPERBLOCK = 6;

/**
 * An id names one life of a slot: 20 bits of generation, 10 of slot. Never zero, always positive.
 */
export const SLOT_BITS = 10;
export const GENERATIONS: number = 2 ** 20;

export const slotOf = (id: number): number => id & (SLOT_COUNT - 1);
export const generationOf = (id: number): number => id >>> SLOT_BITS;
export const slotAt = (slot: number): number => SLOTS_AT + slot * SLOT_WORDS;
export const idOf = (generation: number, slot: number): number => (generation << SLOT_BITS) | slot;

/** Where things lie in a table store; what they mean is told in `queue-table.ts`. */

export const PUT = 0;
export const GOT = 1;
export const BYTES = 2;
export const TABLE = 3;
export const LATCH = 4;
/** 1 when nothing is put any more; set under the latch. */
export const CLOSED = 5;
export const P_BLOCK = 6;
export const P_STAMP = 7;
export const NEW = 8;
export const NEW_STAMP = 9;
export const OLD = 10;
export const OLD_STAMP = 11;
/** The kind of the messages inside, where they must be of one; stays when all were taken. */
export const KIND = 12;
/** How many words a table store takes. */
export const TABLE_WORDS = 16;

// Words of a table.
export const CAPACITY = 0;
export const LENGTH = 1;
export const ENTRIES = 2;
export const FIRST_CAPACITY = 60;

// Words of an entry.
export const BLOCK = 0;
export const STAMP = 1;
export const NUMBER = 2;
export const SIZE = 3;
export const ENTRY_WORDS = 4;

/** What a table for so many entries takes. */
export const tableBytes = (capacity: number): number => (ENTRIES + capacity * ENTRY_WORDS) * 4;

/** Where things lie in a log; what they mean is told in `queue-log.ts`. */

// The writers' words.
export const PUT = 0;
export const WRITE = 1;
export const P_NUMBER = 9;
export const P_BLOCK = 10;
export const P_SEGMENT = 12;
export const WRITING = 14;
/** 1 when nothing is put any more; set under the writers' latch. */
export const CLOSED = 15;
// The readers' words, in another cache line.
export const GOT = 16;
export const READ = 17;
export const T_NUMBER = 25;
export const T_BLOCK = 26;
export const T_SEGMENT = 28;
export const READING = 30;
/** How many words a log takes. */
export const LOG_WORDS = 32;

// Words of a position.
export const SEGMENT = 0;
export const STAMP = 1;
export const OFFSET = 2;
export const BYTES = 3;
export const POSITION_WORDS = 4;

// Words of a segment.
export const NEXT = 0;
export const NEXT_STAMP = 1;
export const FIRST = 2;
export const SEGMENT_BYTES = 16_304;
export const SEGMENT_END: number = SEGMENT_BYTES / 4;
export const BLOCK = -1;
export const END = -2;
export const BLOCK_WORDS = 4;

export const wordsFor = (bytes: number): number => (bytes + 7) >>> 2;

/**
 * Memory for large data that arrive again and again.
 *
 * The usual allocator asks the system for each large block and gives it back when it is freed, so
 * the first write into each page of each array that arrives is a fault, which costs more than the
 * copying. A process that receives large data keeps some of what it freed instead. The allocator
 * never keeps the largest blocks: those are asked for in large pages, which are few.
 */
import { loadPlatform } from "../platform/load.ts";
import type { Arena } from "./arena.ts";

/** From this size on the usual allocator asks the system. */
const LARGE_BYTES: number = 128 * 2 ** 10;
/** From this size on it does so even where it was told to keep what is freed. */
const NEVER_KEPT_BYTES: number = 32 * 2 ** 20;

let keeps = false;

/** Memory, with anything in it, for data that arrived through `arena`. */
export function roomFor(sizeBytes: number, { reach }: Arena): Buffer {
  // Among threads no native code is loaded.
  const usual = sizeBytes < LARGE_BYTES || reach === "thread";
  if (!usual && !keeps) {
    keeps = true;
    loadPlatform().keepFreedMemory();
  }
  const room = Buffer.allocUnsafeSlow(sizeBytes);
  if (!usual && sizeBytes >= NEVER_KEPT_BYTES) loadPlatform().useLargePages(room);
  return room;
}

/**
 * Memory for large data that arrive again and again.
 *
 * The usual allocator asks the system for each large block and gives it back when it is freed, so
 * the first write into each page of each array that arrives is a fault, which costs more than the
 * copying. A process that receives large data keeps some of what it freed instead.
 */
import { loadPlatform } from "../platform/load.ts";
import type { Arena } from "./arena.ts";

/** From this size on the usual allocator asks the system. */
const LARGE_BYTES: number = 128 * 2 ** 10;

let kept = false;

/** To be called before memory is taken for data that arrived through `arena`. */
export function keepFreedMemory({ reach }: Arena, sizeBytes: number): void {
  // Among threads no native code is loaded.
  if (kept || sizeBytes < LARGE_BYTES || reach === "thread") return;
  kept = true;
  loadPlatform().keepFreedMemory();
}

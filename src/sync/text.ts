/** Short texts in shared memory: one byte for the length, then UTF-8. */
import type { Arena } from "../core/arena.ts";

/** Writes as much of `text` as fits into `words` words, cut at a whole character. */
export function writeText(arena: Arena, at: number, words: number, text: string): void {
  const room = Math.min(words * 4 - 1, 255);
  let fitting = text;
  while (Buffer.byteLength(fitting) > room) fitting = Array.from(fitting).slice(0, -1).join("");
  arena.bytes[at * 4] = arena.bytes.write(fitting, at * 4 + 1);
}

export function readText(arena: Arena, at: number, words: number): string {
  const length = Math.min(arena.bytes[at * 4]!, words * 4 - 1);
  return arena.bytes.toString("utf8", at * 4 + 1, at * 4 + 1 + length);
}

/** Short texts in shared memory: two bytes for the length, then UTF-8. */
import type { Arena } from "../core/arena.ts";

/** Writes as much of `text` as fits into `words` words, cut at a whole character. */
export function writeText(arena: Arena, at: number, words: number, text: string): void {
  const written = arena.bytes.write(text, at * 4 + 2, words * 4 - 2);
  arena.bytes.writeUInt16LE(written, at * 4);
}

export function readText(arena: Arena, at: number, words: number): string {
  const length = Math.min(arena.bytes.readUInt16LE(at * 4), words * 4 - 2);
  return arena.bytes.toString("utf8", at * 4 + 2, at * 4 + 2 + length);
}

/** Bytes that wait to be written to a descriptor. */
import { writeAvailable } from "../../core/descriptor-io.ts";

/** What became of an attempt to write everything. */
export type Flushed = "written" | "no room" | "nobody reads";

export class Outbox {
  #queue: Buffer[] = [];
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  /** Keeps a copy. */
  push(bytes: Uint8Array): void {
    this.#queue.push(Buffer.from(bytes));
    this.#bytes += bytes.length;
  }

  /** Puts it before everything else. */
  unshift(piece: Buffer): void {
    this.#queue.unshift(piece);
    this.#bytes += piece.length;
  }

  /** Takes what was pushed first: about so much, or all. */
  take(aboutBytes: number): Buffer {
    const pieces: Buffer[] = [];
    let size = 0;
    do size += pieces[pieces.push(this.#queue.shift()!) - 1]!.length;
    while (this.#queue.length > 0 && size < aboutBytes);
    this.#bytes -= size;
    return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
  }

  /** Writes whatever there is room for now. */
  flush(fd: number): Flushed {
    while (this.#queue.length > 0) {
      const first = this.#queue[0]!;
      const size = writeAvailable(fd, first);
      if (size < 0) return "no room";
      if (size === 0 && first.length > 0) return "nobody reads";
      this.#bytes -= size;
      if (size === first.length) this.#queue.shift();
      else this.#queue[0] = first.subarray(size);
    }
    return "written";
  }

  clear(): void {
    this.#queue = [];
    this.#bytes = 0;
  }
}

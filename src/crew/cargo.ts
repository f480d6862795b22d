/**
 * Coded values that wait. Short ones lie side by side in slabs, so that a million queued tasks are
 * some large buffers and not a million small ones; a slab goes when the last in it is done. All
 * others are message blocks, which are ours until a worker claims the task.
 */
import { type Draft, type Messages } from "../channels/messages/message.ts";
import { copyBytes } from "../channels/messages/message-block.ts";

/** What codes values for the way to a worker and back; the same over memory and over frames. */
export type Coding = Pick<
  Messages,
  "encode" | "encodeBytes" | "discard" | "decode" | "decodeSoon" | "loadFor" | "decodeBytes"
>;

const SLAB_BYTES = 65_536;

let slab: Buffer = Buffer.alloc(0);
let used = 0;

export class Cargo {
  bytes: Uint8Array = slab;
  at = 0;
  length = 0;
  /** The message block, if it has one; 0 otherwise. */
  block = 0;
  stamp = 0;

  /** What was just coded, until the next is. */
  lend({ bytes, length, block, stamp }: Draft): this {
    this.bytes = bytes;
    this.at = 0;
    this.length = block === 0 ? length : 0;
    this.block = block;
    this.stamp = stamp;
    return this;
  }

  /** A copy that stays. */
  kept(): Cargo {
    const copy = new Cargo();
    copy.block = this.block;
    copy.stamp = this.stamp;
    if (this.length > 0) copy.#fill(this.bytes, this.at, this.length);
    return copy;
  }

  #fill(from: Uint8Array, at: number, length: number): void {
    this.length = length;
    if (length > SLAB_BYTES / 8) {
      this.bytes = from.slice(at, at + length);
      return;
    }
    if (used + length > slab.length) {
      slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
      used = 0;
    }
    this.bytes = slab;
    this.at = used;
    copyBytes(from, at, slab, used, length);
    used += length;
  }
}

/**
 * Shared objects that a job or a result carries on its way to another thread or process.
 *
 * The sender may drop its own hold on them at once: the usual way of using a pipe is to hand one
 * end to a child and to close it here. So they are counted from when they are coded until the
 * receiver has its own hold, by a message block without content, whose position goes before the
 * bytes:
 *
 *     u32 block (0: nothing is carried) | u32 stamp | bytes
 *
 * On its way the block is nobody's. The receiver claims it and ends it; when it never does, the
 * sender drops it after the receiver's death. So it ends once.
 */
import type { Handle } from "../../core/blocks.ts";
import { later } from "../../platform/later.ts";
import { notedBy } from "../../sync/notes.ts";
import type { Where } from "./payload.ts";

const HEAD = 8;

/** Most jobs and results carry nothing. */
const blocks = later(
  new URL("./luggage-block.js", import.meta.url),
) as () => typeof import("./luggage-block.ts");

/** What `code` answers, with its luggage in front. */
export function withLuggage(where: Where, code: () => Uint8Array): Buffer {
  const { result: coded, carried } = notedBy(code, (lost) => blocks().dropCarried(lost));
  const bytes = Buffer.alloc(HEAD + coded.length);
  bytes.set(coded, HEAD);
  if (carried.length === 0) return bytes;
  const { block, stamp } = blocks().pack(where, carried);
  bytes.writeUInt32LE(block, 0);
  bytes.writeUInt32LE(stamp >>> 0, 4);
  return bytes;
}

/** The bytes behind the luggage. */
export const bytesBehind = (bytes: Uint8Array): Uint8Array => bytes.subarray(HEAD);

/** Whether bytes carry shared objects, which must then be taken over soon. */
export const hasLuggage = (bytes: Uint8Array): boolean => luggageOf(bytes).block !== 0;

/** The receiver has its own hold on what came with the bytes, or will never want it. */
export function unpacked(bytes: Uint8Array, where: Where): void {
  const luggage = luggageOf(bytes);
  if (luggage.block !== 0) blocks().unpack(where, luggage);
}

/** The receiver is dead: what it had not taken over goes. */
export function lostLuggage(bytes: Uint8Array, where: Where): void {
  const luggage = luggageOf(bytes);
  if (luggage.block !== 0) blocks().drop(where, luggage);
}

function luggageOf(bytes: Uint8Array): Handle {
  const view = new DataView(bytes.buffer, bytes.byteOffset, HEAD);
  return { block: view.getUint32(0, true), stamp: view.getInt32(4, true) };
}

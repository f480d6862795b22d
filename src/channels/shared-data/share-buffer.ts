/**
 * Bytes in a memory of their own that cross to other threads and processes without being copied:
 * only their handle travels, and the receiver maps the same memory.
 *
 * The SharedArrayBuffer is what is shared; any view over it crosses with it. It lives as long as
 * somebody has it, or a message carries it: until `closeBuffer`, collection, or death.
 */
import { types } from "node:util";
import { registerHandle } from "../../carry/index.ts";
import type { Handle } from "../../core/blocks.ts";
import { Collected, type Watched } from "../../core/collected.ts";
import { familyMember } from "../../core/family-arena.ts";
import {
  type FileBlock,
  type KeptFile,
  createFileBlock,
  openFileBlock,
} from "../../core/file-block.ts";
import { noteCarried } from "../../sync/carried.ts";

/** The file behind a buffer that this thread has. */
interface Shared extends KeptFile, Watched {
  readonly object: WeakRef<SharedArrayBuffer>;
}

/** All by their buffers, and the newest by their blocks. */
const files = new WeakMap<SharedArrayBuffer, Shared>();
const buffers = new Map<number, Shared>();
const collected = new Collected<Shared>((file) => {
  const { block } = file.handle;
  if (buffers.get(block) === file) buffers.delete(block);
  file.release();
});

function remember({ buffer, ...kept }: FileBlock): SharedArrayBuffer {
  const file: Shared = { ...kept, object: new WeakRef(buffer) };
  files.set(buffer, file);
  buffers.set(kept.handle.block, file);
  collected.watch(buffer, file);
  return buffer;
}

/**
 * Makes bytes, all zeros, in a memory of exactly their size. Sending them, or any other view over
 * their buffer, copies nothing. Give further views their length if the size is no multiple of
 * 64 KiB: without one they are slow.
 * @throws RangeError for a bad size, ResourceLimitError for one over 4 GiB
 */
export function shareBuffer(sizeBytes: number): Uint8Array {
  if (typeof sizeBytes !== "number") {
    throw new TypeError(`sizeBytes must be a number, not ${typeof sizeBytes}`);
  }
  if (!Number.isInteger(sizeBytes) || sizeBytes < 1) {
    throw new RangeError(`sizeBytes must be a whole number, one or more, not ${sizeBytes}`);
  }
  const buffer = remember(createFileBlock(familyMember(), sizeBytes));
  return new Uint8Array(buffer, 0, sizeBytes);
}

/**
 * Lets go, in this thread, of the memory that `shareBuffer` made or that came from elsewhere, of
 * which `bytes` is a view. Nothing happens the second time, and with other shared memory.
 * @throws TypeError for what is no shared memory
 */
export function closeBuffer(bytes: ArrayBufferView | ArrayBufferLike): void {
  const buffer = ArrayBuffer.isView(bytes) ? bytes.buffer : bytes;
  if (!types.isSharedArrayBuffer(buffer)) {
    throw new TypeError("closeBuffer takes bytes of shareBuffer(), or their SharedArrayBuffer");
  }
  const file = files.get(buffer);
  if (file === undefined) return;
  files.delete(buffer);
  collected.release(file);
}

/** The buffer of this thread for a handle that came here; the same one each time. */
function bufferOf(handle: Handle): SharedArrayBuffer {
  const known = buffers.get(handle.block);
  const buffer = known?.handle.stamp === handle.stamp ? known.object.deref() : undefined;
  return buffer ?? remember(openFileBlock(familyMember(), handle));
}

registerHandle<SharedArrayBuffer, readonly [block: number, stamp: number]>("SharedArrayBuffer", {
  is: (value): value is SharedArrayBuffer => types.isSharedArrayBuffer(value),
  toHandle(buffer) {
    const file = files.get(buffer);
    // Any other is left to who can pass it on to a thread.
    if (file === undefined) return undefined;
    noteCarried(familyMember(), file.handle);
    return [file.handle.block, file.handle.stamp];
  },
  fromHandle: ([block, stamp]) => bufferOf({ block, stamp }),
});

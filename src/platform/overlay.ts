/**
 * Lays the pages of a file under a real SharedArrayBuffer, by mapping over the place of its own
 * pages. Threads get it by `postMessage` like any other, and no finalizer has to unmap anything.
 *
 * Two kinds of SharedArrayBuffer begin at a page: the shared memory of WebAssembly, in steps of
 * 64 KiB, and a growable one, of any size. Views over the second are slow unless they are given a
 * length, so it serves only for sizes that the first cannot have, and where there is no
 * WebAssembly (`--jitless`) or not the address space that it keeps around its memory.
 */
import type { ForeignFunction } from "./foreign.ts";
import type { Mapping } from "./platform.ts";

const PAGE_BYTES = 65_536;
const PROT_READ_WRITE = 3;
const MAP_SHARED_FIXED = 0x11;

/** The parts of both that are needed here. */
type GrowableMaker = new (length: number, options: { maxByteLength: number }) => SharedArrayBuffer;

interface MemoryMaker {
  Memory: new (limits: { initial: number; maximum: number; shared: true }) => {
    readonly buffer: SharedArrayBuffer;
  };
}

/** Declarations, alike on all systems, of the two calls that `overlay` makes. */
export const MEMCHR = "uintptr_t memchr(void*, int, size_t)";
export const MMAP = "uintptr_t mmap(uintptr_t, size_t, int, int, int, int64_t)";

/** Null when the system refuses; the caller has the reason in errno. */
export function overlay(
  fd: number,
  sizeBytes: number,
  calls: { memchr: ForeignFunction; mmap: ForeignFunction },
): Mapping | null {
  const buffer = atPage(sizeBytes);
  // No call tells the address of a buffer, but memchr tells where a mark in it is.
  const start = new Uint8Array(buffer, 0, 1);
  start[0] = 77;
  const address = Number(calls.memchr(start, 77, 1));
  start[0] = 0;
  const at = calls.mmap(address, sizeBytes, PROT_READ_WRITE, MAP_SHARED_FIXED, fd, 0);
  return Number(at) === address ? { buffer, address } : null;
}

function atPage(sizeBytes: number): SharedArrayBuffer {
  const pages = sizeBytes / PAGE_BYTES;
  const { WebAssembly } = globalThis as { WebAssembly?: MemoryMaker };
  if (WebAssembly !== undefined && Number.isInteger(pages)) {
    try {
      return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true }).buffer;
    } catch {
      // The other kind takes no more than its size.
    }
  }
  try {
    return new (SharedArrayBuffer as GrowableMaker)(sizeBytes, { maxByteLength: sizeBytes });
  } catch (cause) {
    throw new RangeError(
      `This process has no room for ${sizeBytes} bytes of memory that processes share; ` +
        "it needs that much address space (see ulimit -v)",
      { cause },
    );
  }
}

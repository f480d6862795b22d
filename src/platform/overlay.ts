/**
 * Lays the pages of a file under a real SharedArrayBuffer: the shared memory of WebAssembly is one,
 * of fixed size at a fixed place, and mapping over that place replaces its pages. Threads get it by
 * `postMessage` like any other, and no finalizer has to unmap anything.
 */
import type { ForeignFunction } from "./foreign.ts";
import type { Mapping } from "./platform.ts";

const PAGE_BYTES = 65_536;
const PROT_READ_WRITE = 3;
const MAP_SHARED_FIXED = 0x11;

/** The part of WebAssembly that is needed here. */
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
  const { Memory } = (globalThis as unknown as { WebAssembly: MemoryMaker }).WebAssembly;
  const pages = sizeBytes / PAGE_BYTES;
  const { buffer } = new Memory({ initial: pages, maximum: pages, shared: true });
  // No call tells the address of a buffer, but memchr tells where a mark in it is.
  const start = new Uint8Array(buffer, 0, 1);
  start[0] = 77;
  const address = Number(calls.memchr(start, 77, 1));
  start[0] = 0;
  const at = calls.mmap(address, sizeBytes, PROT_READ_WRITE, MAP_SHARED_FIXED, fd, 0);
  return Number(at) === address ? { buffer, address } : null;
}

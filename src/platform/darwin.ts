/**
 * macOS, written to the documented calls and not run by our tests; see docs/internals/platforms.md.
 *
 * Memory: a POSIX shared memory object, unlinked at once, so children must inherit its descriptor.
 * Sleeping: os_sync_wait_on_address (macOS 14.4). There is no /proc, so pipes of peers cannot be
 * opened by number: event loops of other processes are not woken, and life is not seen by locks.
 */
import { constants } from "node:os";
import { foreign, type Foreign } from "./foreign.ts";
import { MEMCHR, MMAP, overlay } from "./overlay.ts";
import type { Mapping, Pipe, Platform } from "./platform.ts";
import { sharedMemoryMissing } from "./none.ts";

const O_RDWR_CREAT_EXCL = 0x0a02;
const WAIT_SHARED = 1;
const CLOCK_MACH_ABSOLUTE = 32;
const F_SETFL = 4;
const F_SETFD = 2;
const O_NONBLOCK = 4;
const FD_CLOEXEC = 1;
const { EAGAIN } = constants.errno;
const ONE_BYTE = Buffer.from([1]);

function declare({ library }: Foreign) {
  const libc = library(null);
  return {
    shmOpen: libc.func("int shm_open(const char*, int, ...)"),
    shmUnlink: libc.func("int shm_unlink(const char*)"),
    ftruncate: libc.func("int ftruncate(int, int64_t)"),
    mmap: libc.func(MMAP),
    memchr: libc.func(MEMCHR),
    wait: libc.func(
      "int os_sync_wait_on_address_with_timeout(uintptr_t, uint64_t, size_t, uint32_t, " +
        "uint32_t, uint64_t)",
    ),
    wakeAny: libc.func("int os_sync_wake_by_address_any(uintptr_t, size_t, uint32_t)"),
    wakeAll: libc.func("int os_sync_wake_by_address_all(uintptr_t, size_t, uint32_t)"),
    close: libc.func("int close(int)"),
    pipe: libc.func("int pipe(void*)"),
    write: libc.func("long write(int, void*, size_t)"),
    fcntl: libc.func("int fcntl(int, int, ...)"),
    threadId: libc.func("int pthread_threadid_np(void*, void*)"),
  };
}

const unavailable = (what: string) => sharedMemoryMissing(`macOS has no ${what}`);

export class DarwinPlatform implements Platform {
  readonly name: string = `darwin-${process.arch}`;
  readonly #ffi: Foreign = foreign();
  readonly #calls: ReturnType<typeof declare> = declare(this.#ffi);

  #check(result: number, call: string): number {
    if (result < 0) throw this.#ffi.failure(call);
    return result;
  }

  createMemoryFile(name: string, sizeBytes: number): number {
    const { shmOpen, shmUnlink, ftruncate } = this.#calls;
    const path = `/${name}-${process.pid}`;
    const fd = this.#check(shmOpen(path, O_RDWR_CREAT_EXCL, "int", 0o600), "shm_open");
    this.#check(shmUnlink(path), "shm_unlink");
    this.#check(ftruncate(fd, sizeBytes), "ftruncate");
    return fd;
  }

  mapShared(fd: number, sizeBytes: number): Mapping {
    const mapping = overlay(fd, sizeBytes, this.#calls);
    if (mapping === null) throw this.#ffi.failure("mmap");
    return mapping;
  }

  punchHole(): void {
    // Shared memory objects of macOS cannot give back a part of their pages.
  }

  sleep(address: number, expected: number, timeoutMs: number): void {
    const nanoseconds = Math.max(1, Math.floor(timeoutMs * 1e6));
    const word = expected >>> 0;
    this.#calls.wait(address, word, 4, WAIT_SHARED, CLOCK_MACH_ABSOLUTE, nanoseconds);
  }

  wake(address: number, count: number): void {
    if (count === 1) this.#calls.wakeAny(address, 4, WAIT_SHARED);
    else this.#calls.wakeAll(address, 4, WAIT_SHARED);
  }

  makePipe(): Pipe {
    const ends = new Int32Array(2);
    this.#check(this.#calls.pipe(ends), "pipe");
    for (const fd of ends) {
      this.#check(this.#calls.fcntl(fd, F_SETFL, "int", O_NONBLOCK), "fcntl(F_SETFL)");
      this.#check(this.#calls.fcntl(fd, F_SETFD, "int", FD_CLOEXEC), "fcntl(F_SETFD)");
    }
    return { readFd: ends[0]!, writeFd: ends[1]! };
  }

  ring(writeFd: number): boolean {
    return this.#calls.write(writeFd, ONE_BYTE, 1) === 1 || this.#ffi.errno() === EAGAIN;
  }

  openPeerPipe(): number | null {
    return null;
  }

  openFileOf(): number | null {
    return null;
  }

  closeFile(fd: number): void {
    this.#check(this.#calls.close(fd), "close");
  }

  holdAliveLock(): void {
    throw unavailable("open-file-description locks on shared memory");
  }

  isAliveLockHeld(): boolean {
    throw unavailable("open-file-description locks on shared memory");
  }

  noteUse(): boolean {
    throw unavailable("open-file-description locks on shared memory");
  }

  keepFreedMemory(): void {
    // The system's allocator decides by itself.
  }

  useLargePages(): void {
    // It has none for this.
  }

  threadId(): number {
    const id = new BigUint64Array(1);
    this.#check(this.#calls.threadId(null, id), "pthread_threadid_np");
    return Number(BigInt.asIntN(31, id[0]!));
  }

  getAffinity(): number[] {
    throw unavailable("processor affinity");
  }

  setAffinity(): void {
    throw unavailable("processor affinity");
  }
}

/**
 * Linux, x64 and arm64, glibc and musl.
 *
 * Shared memory: the pages of a shared WebAssembly.Memory are overlaid with a memfd, which gives a
 * real SharedArrayBuffer across processes with nothing to unlink. Sleeping: futexes (the shared
 * kind; the private ones do not reach other processes). Life: open-file-description locks, which
 * the kernel drops at death, before reaping, whatever becomes of the pid.
 */
import { closeSync, constants, openSync } from "node:fs";
import { constants as systemConstants } from "node:os";
import { type FileIdentity, identityOf, isSameFile } from "./file-identity.ts";
import { foreign, type Foreign } from "./foreign.ts";
import { MEMCHR, MMAP, overlay } from "./overlay.ts";
import type { FileUse, Mapping, Pipe, Platform } from "./platform.ts";
import { isShortage, type SystemCallError } from "./system-call-error.ts";

const SYSCALLS = {
  x64: { futex: 202, gettid: 186, memfd_create: 319 },
  arm64: { futex: 98, gettid: 178, memfd_create: 279 },
};
const FUTEX_WAIT = 0;
const FUTEX_WAKE = 1;
const MFD_CLOEXEC = 1;
const FALLOC_PUNCH_HOLE_KEEP_SIZE = 3;
const F_OFD_GETLK = 36;
const F_OFD_SETLK = 37;
const F_RDLCK = 0;
const F_WRLCK = 1;
const F_UNLCK = 2;
const O_CLOEXEC = 0o2000000;
const AFFINITY_BYTES = 1024;
const { EAGAIN, ENOSYS, EPERM } = systemConstants.errno;
const SPLICE_F_NONBLOCK = 2;
/** The byte of a bell; of its own, since a small Buffer lies in a pool that is written over. */
const ONE_BYTE = new Uint8Array(new ArrayBuffer(1)).fill(1);
/** The largest of the usual pages that Linux has on these machines. */
const PAGE_BYTES = 65_536;
const MADV_HUGEPAGE = 14;
const M_TRIM_THRESHOLD = -1;
const M_MMAP_THRESHOLD = -3;
/** Allocations below this come out of what was freed before; the most that glibc allows. */
const REUSED_BYTES: number = 32 * 2 ** 20;
const KEPT_BYTES: number = 64 * 2 ** 20;

type SetAllocator = (what: number, value: number) => number;

function declare({ library }: Foreign) {
  const libc = library(null);
  return {
    mallopt: (): SetAllocator => libc.func("int mallopt(int, int)"),
    futex: libc.func("long syscall(long, uintptr_t, int, int, void*, void*, int)"),
    gettid: libc.func("long syscall(long)"),
    memfdCreate: libc.func("long syscall(long, const char*, unsigned int)"),
    ftruncate: libc.func("int ftruncate(int, int64_t)"),
    mmap: libc.func(MMAP),
    memchr: libc.func(MEMCHR),
    madvise: libc.func("int madvise(uintptr_t, size_t, int)"),
    fallocate: libc.func("int fallocate(int, int, int64_t, int64_t)"),
    open: libc.func("int open(const char*, int, int)"),
    close: libc.func("int close(int)"),
    pipe2: libc.func("int pipe2(void*, int)"),
    write: libc.func("long write(int, void*, size_t)"),
    vmsplice: libc.func("long vmsplice(int, void*, size_t, unsigned int)"),
    fcntl: libc.func("int fcntl(int, int, void*)"),
    schedGetAffinity: libc.func("int sched_getaffinity(int, size_t, void*)"),
    schedSetAffinity: libc.func("int sched_setaffinity(int, size_t, void*)"),
  };
}

export class LinuxPlatform implements Platform {
  readonly name: string = `linux-${process.arch}`;
  readonly #calls: ReturnType<typeof declare>;
  readonly #numbers: (typeof SYSCALLS)["x64"];
  readonly #failure: (call: string) => SystemCallError;
  readonly #errno: () => number;
  /** A struct timespec: seconds and nanoseconds, 64 bits each; the high halves stay zero. */
  readonly #time: Int32Array = new Int32Array(4);
  /** A struct iovec for the byte of a bell. */
  #bell: BigUint64Array | null = null;
  /** Whether bytes can be lent to a pipe here: a sandbox may forbid it. */
  #lends = true;

  constructor() {
    const ffi = foreign();
    this.#calls = declare(ffi);
    this.#failure = ffi.failure;
    this.#errno = ffi.errno;
    this.#numbers = SYSCALLS[process.arch as "x64" | "arm64"];
  }

  #check(result: number | bigint, call: string): number {
    if (Number(result) < 0) throw this.#failure(call);
    return Number(result);
  }

  createMemoryFile(name: string, sizeBytes: number): number {
    const { memfdCreate, ftruncate } = this.#calls;
    const made = memfdCreate(this.#numbers.memfd_create, name, MFD_CLOEXEC);
    const fd = this.#check(made, "memfd_create");
    try {
      this.#check(ftruncate(fd, sizeBytes), "ftruncate");
      return fd;
    } catch (error) {
      this.closeFile(fd);
      throw error;
    }
  }

  mapShared(fd: number, sizeBytes: number): Mapping {
    const mapping = overlay(fd, sizeBytes, this.#calls);
    if (mapping === null) throw this.#failure("mmap");
    return mapping;
  }

  punchHole(fd: number, offset: number, sizeBytes: number): void {
    const done = this.#calls.fallocate(fd, FALLOC_PUNCH_HOLE_KEEP_SIZE, offset, sizeBytes);
    this.#check(done, "fallocate");
  }

  sleep(address: number, expected: number, timeoutMs: number): void {
    const seconds = Math.floor(timeoutMs / 1000);
    this.#time[0] = seconds;
    this.#time[2] = Math.floor((timeoutMs - seconds * 1000) * 1e6);
    // Its failures are a changed word, the time, or a signal: to the caller all mean "look again".
    this.#calls.futex(this.#numbers.futex, address, FUTEX_WAIT, expected, this.#time, null, 0);
  }

  wake(address: number, count: number): void {
    this.#calls.futex(this.#numbers.futex, address, FUTEX_WAKE, count, null, null, 0);
  }

  makePipe(): Pipe {
    const ends = new Int32Array(2);
    const made = this.#calls.pipe2(ends, constants.O_NONBLOCK | O_CLOEXEC);
    this.#check(made, "pipe2");
    return { readFd: ends[0]!, writeFd: ends[1]! };
  }

  /**
   * By lending the byte: a write tells the kernel that its caller is about to sleep, and so the
   * woken program is often put on the caller's processor, in the middle of the caller's work.
   */
  ring(writeFd: number): boolean {
    const { vmsplice, write, memchr } = this.#calls;
    this.#bell ??= BigUint64Array.of(BigInt(memchr(ONE_BYTE, 1, 1)), 1n);
    if (this.#lends) {
      if (vmsplice(writeFd, this.#bell, 1, SPLICE_F_NONBLOCK) === 1) return true;
      const errno = this.#errno();
      if (errno === EAGAIN) return true;
      if (errno === ENOSYS || errno === EPERM) this.#lends = false;
    }
    return write(writeFd, ONE_BYTE, 1) === 1 || this.#errno() === EAGAIN;
  }

  openPeerPipe(
    pid: number,
    fd: number,
    identity: FileIdentity,
    mode: "read" | "write",
  ): number | null {
    const path = `/proc/${pid}/fd/${fd}`;
    const mine = mode === "read" ? this.#openForSocket(path) : openForWriting(path);
    if (mine === null) return null;
    if (isSameFile(identityOf(mine), identity)) return mine;
    if (mode === "read") this.closeFile(mine);
    else closeSync(mine);
    return null;
  }

  /**
   * Not through node:fs, which remembers what a Worker opened and closes that number when the
   * Worker ends: a socket closes it sooner, and by then the number may be another's.
   */
  #openForSocket(path: string): number | null {
    const flags = constants.O_RDONLY | constants.O_NONBLOCK | O_CLOEXEC;
    const mine = this.#calls.open(path, flags, 0);
    return mine < 0 ? null : mine;
  }

  openFileOf(pid: number, fd: number): number | null {
    // Not through node:fs, which closes what a Worker opened when that Worker ends.
    const flags = constants.O_RDWR | O_CLOEXEC;
    const mine = this.#calls.open(`/proc/${pid}/fd/${fd}`, flags, 0);
    if (mine >= 0) return mine;
    const failure = this.#failure("open");
    if (isShortage(failure)) throw failure;
    return null;
  }

  closeFile(fd: number): void {
    this.#check(this.#calls.close(fd), "close");
  }

  holdAliveLock(fd: number, index: number): void {
    const held = this.#calls.fcntl(fd, F_OFD_SETLK, flock(F_WRLCK, index));
    this.#check(held, "fcntl(F_OFD_SETLK)");
  }

  isAliveLockHeld(fd: number, index: number): boolean {
    const query = flock(F_WRLCK, index);
    this.#check(this.#calls.fcntl(fd, F_OFD_GETLK, query), "fcntl(F_OFD_GETLK)");
    return query.readInt16LE(0) !== F_UNLCK;
  }

  noteUse(fd: number, use: FileUse): boolean {
    const [type, byte] = NOTES[use];
    return this.#calls.fcntl(fd, F_OFD_SETLK, flock(type, byte)) === 0;
  }

  keepFreedMemory(): void {
    let setAllocator: SetAllocator;
    try {
      setAllocator = this.#calls.mallopt();
    } catch {
      // musl has no such settings.
      return;
    }
    setAllocator(M_MMAP_THRESHOLD, REUSED_BYTES);
    setAllocator(M_TRIM_THRESHOLD, KEPT_BYTES);
  }

  useLargePages(memory: Uint8Array): void {
    const { memchr, madvise } = this.#calls;
    // No call tells where memory is, but memchr tells where a mark in it is.
    memory[0] = 1;
    const address = Number(memchr(memory, 1, 1));
    const from = Math.ceil(address / PAGE_BYTES) * PAGE_BYTES;
    const to = address + memory.length;
    // A system that has no such pages refuses, and serves the usual ones.
    madvise(from, to - from, MADV_HUGEPAGE);
  }

  threadId(): number {
    return Number(this.#calls.gettid(this.#numbers.gettid));
  }

  getAffinity(pid: number): number[] {
    const mask = new Uint8Array(AFFINITY_BYTES);
    const got = this.#calls.schedGetAffinity(pid, mask.length, mask);
    this.#check(got, "sched_getaffinity");
    const cpus: number[] = [];
    for (let cpu = 0; cpu < mask.length * 8; cpu++) {
      if (mask[cpu >> 3]! & (1 << (cpu & 7))) cpus.push(cpu);
    }
    return cpus;
  }

  setAffinity(pid: number, cpus: readonly number[]): void {
    const mask = new Uint8Array(AFFINITY_BYTES);
    for (const cpu of cpus) mask[cpu >> 3]! |= 1 << (cpu & 7);
    const set = this.#calls.schedSetAffinity(pid, mask.length, mask);
    this.#check(set, "sched_setaffinity");
  }
}

function openForWriting(path: string): number | null {
  try {
    return openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
  } catch {
    return null;
  }
}

/** How the uses of a file are noted: a kind of lock, on which byte. */
const NOTES: Record<FileUse, [type: number, byte: number]> = {
  shared: [F_RDLCK, 0],
  alone: [F_WRLCK, 0],
  over: [F_UNLCK, 0],
  removal: [F_WRLCK, 1],
};

/** A struct flock for one byte: type, whence, start, length, pid. */
function flock(type: number, start: number): Buffer {
  const bytes = Buffer.alloc(32);
  bytes.writeInt16LE(type, 0);
  bytes.writeBigInt64LE(BigInt(start), 8);
  bytes.writeBigInt64LE(1n, 16);
  return bytes;
}

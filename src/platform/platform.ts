/**
 * What the library asks of an operating system: memory shared between processes, sleeping on a word
 * of it, knowing who is alive, and pipes that wake event loops. One file per system implements this
 * interface; `load.ts` chooses. Nothing outside this folder names the foreign function interface.
 *
 * Addresses are numbers: user space ends far below 2 ** 53.
 */
import type { FileIdentity } from "./file-identity.ts";

/** Memory of a file, seen as a SharedArrayBuffer that threads get by `postMessage`. */
export interface Mapping {
  readonly buffer: SharedArrayBuffer;
  /** Where it lies in this process: what `sleep` and `wake` count from. */
  readonly address: number;
}

/** A pipe whose ends are closed on exec and do not block. */
export interface Pipe {
  readonly readFd: number;
  readonly writeFd: number;
}

/** What a description of a file may be noted for. */
export type FileUse = "shared" | "alone" | "over" | "removal";

export interface Platform {
  readonly name: string;

  /** An unnamed file in memory; sparse; gone with its last user. Returns its descriptor. */
  createMemoryFile(name: string, sizeBytes: number): number;
  /** Lays the pages of a memory file under a new SharedArrayBuffer. */
  mapShared(fd: number, sizeBytes: number): Mapping;
  /** Gives the pages of a range back to the system; they read as zeros afterwards. */
  punchHole(fd: number, offset: number, sizeBytes: number): void;

  /**
   * Sleeps while the word at `address` is `expected`, at most `timeoutMs`; may wake for no reason.
   */
  sleep(address: number, expected: number, timeoutMs: number): void;
  /** Wakes up to `count` sleepers of a word, in any process. */
  wake(address: number, count: number): void;

  makePipe(): Pipe;
  /**
   * Writes a byte into a pipe that does not block: a full one is as good. False when nobody reads
   * it any more. It is what waking an event loop takes, so it is not done through node:fs, where
   * it takes twice as long.
   */
  ring(writeFd: number): boolean;
  /**
   * Opens a pipe of another process by that process's own number for it. Null when the process is
   * gone or the number now stands for something else. One to read is for a socket, which closes it;
   * one to write is closed through node:fs.
   */
  openPeerPipe(
    pid: number,
    fd: number,
    identity: FileIdentity,
    mode: "read" | "write",
  ): number | null;

  /**
   * Opens a memory file anew by a process's number for it: a description of its own, which belongs
   * to the process and not to the calling thread. Null when the process is gone.
   * @throws SystemCallError where there is no room for another
   */
  openFileOf(pid: number, fd: number): number | null;
  closeFile(fd: number): void;
  /** Takes byte `index` of the file until the description closes or its process dies. */
  holdAliveLock(fd: number, index: number): void;
  /** Whether a living process other than the holder of `fd` has that byte. */
  isAliveLockHeld(fd: number, index: number): boolean;

  /**
   * Notes on a file that this description uses it, together with others (`shared`) or alone, or
   * that it does so no more (`over`); false when what others noted forbids it. Lasts until the
   * description is closed and what was mapped through it is unmapped, by whatever end.
   * `removal` is apart from these: that this description alone may take the file's name away.
   */
  noteUse(fd: number, use: FileUse): boolean;

  /** The kernel's number of the calling thread. */
  threadId(): number;
  /** Has this process keep tens of megabytes that it frees, for the next that it asks for. */
  keepFreedMemory(): void;
  /** Has memory that nobody has written yet come in pages as large as the system has, if it may. */
  useLargePages(memory: Uint8Array): void;

  /** Processors that a process may run on; 0 is the caller. */
  getAffinity(pid: number): number[];
  setAffinity(pid: number, cpus: readonly number[]): void;
}

/**
 * What starting, forking, watching and ending processes needs from the operating system.
 *
 * A second interface beside `platform.ts`, because a program may need only one of them: processes
 * run on every platform without it (over Node's own spawn, waits that block by polling), shared
 * memory does not. Implemented by `linux-process.ts`; `processPlatform()` answers null elsewhere
 * and under `MANYHANDS_PLATFORM=none`. Descriptors are plain numbers, failures are thrown as
 * `SystemCallError` with the number of the error.
 */
import { later } from "./later.ts";
import { isShortage } from "./system-call-error.ts";

/** How a process ended: an exit code, or minus the number of the signal that ended it. */
export type ExitCode = number;

/** A message received with the descriptors that came along. */
export interface Parcel {
  readonly bytes: Uint8Array;
  readonly descriptors: number[];
}

/** What to watch on a descriptor: data to read, room to write, and always its hang-up. */
export interface PollRequest {
  readonly fd: number;
  /** False leaves data to read out of it. */
  readonly read?: boolean;
  readonly write?: boolean;
}

/** Where a socket connects to: a path (abstract if it begins with a NUL), or an IP address. */
export type SocketPlace = string | { readonly host: string; readonly port: number };

export interface ProcessPlatform {
  /** Copies this process: 0 in the copy, its pid in the original. The copy calls `afterFork`. */
  fork(): number;
  /** Rearms the event loop in a process that `fork` made. Call it before the loop is touched. */
  afterFork(): void;
  /**
   * Has the loop know descriptors that it may be about to watch in another way than before, which
   * it would not survive. To be called after `afterFork`, for what the loop will close itself.
   */
  enterIntoLoop(descriptors: readonly number[]): void;
  /** What keeps the event loop of this process alive, counted by libuv itself. */
  loopActivity(): { handles: number; requests: number };
  /**
   * Makes this process one that can be forked: memory that V8 asked to hide from children is shown
   * to them, from now on (a filter on one system call, which can never be taken off again) and
   * backwards.
   * @throws SystemCallError where the machine forbids such filters
   */
  prepareForFork(): void;
  /** Ends this process at once: no handlers, no flushing. */
  exitNow(code: number): never;
  processId(): number;
  parentProcessId(): number;
  kill(pid: number, signal: number): void;
  /** Reaps a child of this process; null while it runs (`noHang`). Any child for pid -1. */
  reap(pid: number, noHang: boolean): { pid: number; exitCode: ExitCode } | null;
  /** How a child of this process ended, leaving it for its owner to reap; null while it runs. */
  peekExit(pid: number): ExitCode | null;
  /** A descriptor that becomes readable when the process ends. */
  openProcess(pid: number): number;
  /**
   * Sleeps until one of the descriptors is ready or the time is over. Answers those that are ready;
   * none on timeout and when a signal came.
   */
  poll(requests: readonly PollRequest[], timeoutMs: number): number[];
  /** Two connected sockets, closed on exec: a stream, or one that keeps messages whole. */
  socketPair(kind: "stream" | "messages"): [number, number];
  pipe(): [read: number, write: number];
  /** A file in memory without a name, with these contents; closed on exec. */
  memoryFile(contents: Uint8Array): number;
  /** Sends one message with descriptors. */
  sendParcel(fd: number, bytes: Uint8Array, descriptors: readonly number[]): void;
  /** Receives one message; null when the other side is gone. */
  receiveParcel(fd: number): Parcel | null;
  /** Reads without ever sleeping: -1 when there is nothing, 0 at the end. */
  readNow(fd: number, into: Uint8Array): number;
  /** Writes without ever sleeping; -1 when there is no room. */
  writeNow(fd: number, bytes: Uint8Array): number;
  /**
   * A non-blocking stream socket, closed on exec, that is connected or about to be: it is when
   * `poll` says that it can be written to and `connectionError` answers 0.
   */
  connectSocket(place: SocketPlace): number;
  /** What became of a connection: 0, or the number of the error. */
  connectionError(fd: number): number;
  /** Takes a connection from a listening socket without ever sleeping; -1 when there is none. */
  acceptNow(fd: number): number;
  duplicate(fd: number): number;
  duplicateOnto(fd: number, target: number): void;
  setCloseOnExec(fd: number, on: boolean): void;
  setNonBlocking(fd: number, on: boolean): void;
  /**
   * Has the kernel kill this process when every writer of the pipe is gone, whatever the process is
   * doing then. `fd` must be an opening of its own, not a shared one.
   */
  dieWithPipe(fd: number): void;
  ignoreSignal(signal: number): void;
  defaultSignal(signal: number): void;
  setAffinity(pid: number, cpus: readonly number[]): void;
}

const linux = later(
  new URL("./linux-process.js", import.meta.url),
) as () => typeof import("./linux-process.ts");

let loaded: ProcessPlatform | null | undefined;

/** Why the native calls are not to be used at all; null where they may be. */
export function whyNativeCallsOff(): string | null {
  const { env, execArgv } = process;
  if (env["MANYHANDS_PLATFORM"] === "none") return "MANYHANDS_PLATFORM=none switches it off";
  const options = [...execArgv, ...(env["NODE_OPTIONS"] ?? "").split(/\s+/)];
  return options.includes("--no-addons") ? "--no-addons forbids native calls" : null;
}

/**
 * The calls of this operating system, loaded at first use; null where there are none.
 * @throws what the system says where it has no room to load them now
 */
export function processPlatform(): ProcessPlatform | null {
  if (loaded !== undefined) return loaded;
  if (process.platform !== "linux" || whyNativeCallsOff() !== null) return (loaded = null);
  try {
    return (loaded = new (linux().LinuxProcess)());
  } catch (error) {
    if (isShortage(error)) throw error;
    // No prebuilt binary for this machine: everything works as on a system without native calls.
    return (loaded = null);
  }
}

/**
 * Processes on Linux. See `process-platform.ts` for what each call promises; the constants are
 * those of x64 and arm64, which agree in all that is used here.
 */
import { closeSync, writeSync } from "node:fs";
import { constants } from "node:os";
import { type LinuxCalls, loadLinuxCalls } from "./linux-calls.ts";
import { installForkFilter, showHiddenMemory } from "./linux-fork-filter.ts";
import { enterIntoLoop } from "./linux-loop.ts";
import { DescriptorParcels } from "./linux-parcels.ts";
import { LinuxSockets } from "./linux-sockets.ts";
import type {
  ExitCode,
  Parcel,
  PollRequest,
  ProcessPlatform,
  SocketPlace,
} from "./process-platform.ts";
import { SystemCallError } from "./system-call-error.ts";

const { EAGAIN, EINTR } = constants.errno;
const WNOHANG = 1;
const WEXITED = 4;
const WNOWAIT = 0x0100_0000;
const P_PID = 1;
const CLD_EXITED = 1;
const POLLIN = 1;
const POLLOUT = 4;
const AF_UNIX = 1;
const SOCK_STREAM = 1;
const SOCK_SEQPACKET = 5;
const CLOEXEC = 0o2_000_000;
const NONBLOCK = 0o4_000;
const ASYNC = 0o20_000;
const MSG_DONTWAIT = 0x40;
const MSG_NOSIGNAL = 0x4000;
const F_GETFD = 1;
const F_SETFD = 2;
const F_GETFL = 3;
const F_SETFL = 4;
const F_SETOWN = 8;
const F_SETSIG = 10;
const F_DUPFD_CLOEXEC = 1030;
const FD_CLOEXEC = 1;
const MFD_CLOEXEC = 1;
const SIG_DFL = 0;
const SIG_IGN = 1;
const SYS_PIDFD_OPEN = 434;
/** The head of `uv_loop_t`, the same in all of libuv 1: data, handle count, a queue, requests. */
const LOOP_ACTIVE_HANDLES = 8;
const LOOP_ACTIVE_REQUESTS = 32;
const LOOP_SIZE = 40;
const SIGINFO_WORDS = 32;

export class LinuxProcess implements ProcessPlatform {
  readonly #calls: LinuxCalls = loadLinuxCalls();
  readonly #parcels: DescriptorParcels = new DescriptorParcels(this.#calls);
  readonly #sockets: LinuxSockets = new LinuxSockets(this.#calls);
  #loop: DataView | undefined;

  fork(): number {
    return this.#check("fork", this.#calls.fork());
  }

  afterFork(): void {
    this.#calls.loopFork(this.#calls.defaultLoop());
  }

  enterIntoLoop(descriptors: readonly number[]): void {
    enterIntoLoop(this.#calls.defaultLoop(), descriptors);
  }

  loopActivity(): { handles: number; requests: number } {
    this.#loop ??= this.#calls.view(this.#calls.defaultLoop(), LOOP_SIZE);
    return {
      handles: this.#loop.getUint32(LOOP_ACTIVE_HANDLES, true),
      requests: this.#loop.getUint32(LOOP_ACTIVE_REQUESTS, true),
    };
  }

  prepareForFork(): void {
    installForkFilter(this.#calls);
    showHiddenMemory(this.#calls);
  }

  exitNow(code: number): never {
    this.#calls.exit(code);
    throw new Error("a process that has ended goes on");
  }

  processId(): number {
    return this.#calls.getpid();
  }

  parentProcessId(): number {
    return this.#calls.getppid();
  }

  kill(pid: number, signal: number): void {
    this.#check("kill", this.#calls.kill(pid, signal));
  }

  reap(pid: number, noHang: boolean): { pid: number; exitCode: ExitCode } | null {
    const status = new Int32Array(1);
    let got: number;
    do got = this.#calls.waitpid(pid, status, noHang ? WNOHANG : 0);
    while (got < 0 && this.#calls.errno() === EINTR);
    if (this.#check("waitpid", got) === 0) return null;
    const word = status[0]!;
    const signal = word & 0x7f;
    return { pid: got, exitCode: signal === 0 ? (word >> 8) & 0xff : -signal };
  }

  peekExit(pid: number): ExitCode | null {
    const info = new Int32Array(SIGINFO_WORDS);
    this.#check("waitid", this.#calls.waitid(P_PID, pid, info, WEXITED | WNOHANG | WNOWAIT));
    if (info[3] === 0 && info[0] === 0) return null;
    const status = info[6]!;
    return info[2] === CLD_EXITED ? status & 0xff : -(status & 0x7f);
  }

  openProcess(pid: number): number {
    return this.#check("pidfd_open", this.#calls.pidfdOpen(SYS_PIDFD_OPEN, pid, 0));
  }

  poll(requests: readonly PollRequest[], timeoutMs: number): number[] {
    const words = new Int32Array(2 * requests.length);
    requests.forEach(({ fd, read, write }, index) => {
      words[2 * index] = fd;
      words[2 * index + 1] = (read === false ? 0 : POLLIN) | (write === true ? POLLOUT : 0);
    });
    const time = timeoutMs === Infinity ? -1 : Math.min(Math.ceil(timeoutMs), 0x7fff_ffff);
    const count = this.#calls.poll(words, requests.length, time);
    if (count < 0) {
      if (this.#calls.errno() === EINTR) return [];
      throw new SystemCallError("poll", this.#calls.errno());
    }
    const ready: number[] = [];
    requests.forEach(({ fd }, index) => {
      if (words[2 * index + 1]! >>> 16 !== 0) ready.push(fd);
    });
    return ready;
  }

  socketPair(kind: "stream" | "messages"): [number, number] {
    const pair = new Int32Array(2);
    const type = (kind === "stream" ? SOCK_STREAM : SOCK_SEQPACKET) | CLOEXEC;
    this.#check("socketpair", this.#calls.socketpair(AF_UNIX, type, 0, pair));
    return [pair[0]!, pair[1]!];
  }

  memoryFile(contents: Uint8Array): number {
    const made = this.#calls.memfdCreate("manyhands", MFD_CLOEXEC);
    const fd = this.#check("memfd_create", made);
    try {
      // At a place, so that whoever gets it reads from its beginning.
      if (writeSync(fd, contents, 0, contents.length, 0) === contents.length) return fd;
    } catch (error) {
      closeSync(fd);
      throw error;
    }
    closeSync(fd);
    throw new Error("there is no room for a file in memory");
  }

  pipe(): [number, number] {
    const pair = new Int32Array(2);
    this.#check("pipe2", this.#calls.pipe2(pair, CLOEXEC));
    return [pair[0]!, pair[1]!];
  }

  sendParcel(fd: number, bytes: Uint8Array, descriptors: readonly number[]): void {
    this.#parcels.send(fd, bytes, descriptors);
  }

  receiveParcel(fd: number): Parcel | null {
    return this.#parcels.receive(fd);
  }

  readNow(fd: number, into: Uint8Array): number {
    return this.#tryNow("recv", this.#calls.recv(fd, into, into.length, MSG_DONTWAIT));
  }

  writeNow(fd: number, bytes: Uint8Array): number {
    const flags = MSG_DONTWAIT | MSG_NOSIGNAL;
    return this.#tryNow("send", this.#calls.send(fd, bytes, bytes.length, flags));
  }

  #tryNow(call: string, result: number): number {
    if (result >= 0) return result;
    const errno = this.#calls.errno();
    if (errno === EAGAIN || errno === EINTR) return -1;
    throw new SystemCallError(call, errno);
  }

  connectSocket(place: SocketPlace): number {
    return this.#sockets.connect(place);
  }

  connectionError(fd: number): number {
    return this.#sockets.errorOf(fd);
  }

  acceptNow(fd: number): number {
    return this.#sockets.acceptNow(fd);
  }

  duplicate(fd: number): number {
    return this.#check("fcntl", this.#calls.fcntl(fd, F_DUPFD_CLOEXEC, 3));
  }

  duplicateOnto(fd: number, target: number): void {
    this.#check("dup2", this.#calls.dup2(fd, target));
  }

  setCloseOnExec(fd: number, on: boolean): void {
    const flags = this.#check("fcntl", this.#calls.fcntl(fd, F_GETFD, 0));
    const wanted = on ? flags | FD_CLOEXEC : flags & ~FD_CLOEXEC;
    this.#check("fcntl", this.#calls.fcntl(fd, F_SETFD, wanted));
  }

  setNonBlocking(fd: number, on: boolean): void {
    const flags = this.#check("fcntl", this.#calls.fcntl(fd, F_GETFL, 0));
    this.#check("fcntl", this.#calls.fcntl(fd, F_SETFL, on ? flags | NONBLOCK : flags & ~NONBLOCK));
  }

  dieWithPipe(fd: number): void {
    this.#check("fcntl", this.#calls.fcntl(fd, F_SETSIG, constants.signals.SIGKILL));
    this.#check("fcntl", this.#calls.fcntl(fd, F_SETOWN, this.processId()));
    const flags = this.#check("fcntl", this.#calls.fcntl(fd, F_GETFL, 0));
    this.#check("fcntl", this.#calls.fcntl(fd, F_SETFL, flags | ASYNC));
    // The last writer may have gone before the kernel was asked.
    if (this.poll([{ fd }], 0).length > 0) {
      closeSync(fd);
      this.kill(this.processId(), constants.signals.SIGKILL);
    }
  }

  ignoreSignal(signal: number): void {
    this.#calls.signal(signal, SIG_IGN);
  }

  defaultSignal(signal: number): void {
    this.#calls.signal(signal, SIG_DFL);
  }

  setAffinity(pid: number, cpus: readonly number[]): void {
    const mask = new Uint8Array(8 * (Math.floor(Math.max(...cpus) / 64) + 1));
    for (const cpu of cpus) mask[cpu >> 3]! |= 1 << (cpu & 7);
    this.#check("sched_setaffinity", this.#calls.affinity(pid, mask.length, mask));
  }

  #check(call: string, result: number): number {
    if (result >= 0) return result;
    throw new SystemCallError(call, this.#calls.errno());
  }
}

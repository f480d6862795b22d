/**
 * Start method `spawn`: a fresh node, started by Node's own child_process.
 *
 * libuv owns the child and reaps it in the event loop, where its exit arrives as an event. A wait
 * that blocks sleeps on a pidfd and asks `waitid` with WNOWAIT, which leaves the child to libuv.
 * Without native calls Linux still tells the exit of a child that nobody has reaped in /proc; on
 * other systems a blocking wait goes by what the child said before it left.
 */
import type { StdioOptions } from "node:child_process";
import { readFileSync } from "node:fs";
import type { Socket } from "node:net";
import { constants } from "node:os";
import { settleEnded } from "../core/family-arena.ts";
import { closeNative } from "../platform/close-native.ts";
import { countsCoverage } from "../platform/compiled-code.ts";
import { type PollRequest, processPlatform } from "../platform/process-platform.ts";
import { type Spawned, spawnNow } from "../platform/spawn-now.ts";
import { Channel } from "./crossing/channel.ts";
import { BEGIN, SPAWN_MAIN } from "./child-entry.ts";
import { CompiledFile } from "./compiled-file.ts";
import { inheritableExecArgv } from "./exec-argv.ts";
import { withFixedOptions } from "./option-paths.ts";
import { familyMemory } from "./family-memory.ts";
import { type Frame, int32Of, Kind } from "./crossing/frames.ts";
import { leaveBehind } from "./threads/thread-belongings.ts";
import type { Child, ChildEvents, ChildStreams, StartOptions } from "./runtime.ts";

export class SpawnedChild implements Child {
  readonly #process: Spawned;
  readonly #channel: Channel;
  readonly #events: ChildEvents;
  #exitCode: number | null = null;
  #leavingWith: number | null = null;
  #pidfd = -1;
  readonly #compiled: CompiledFile;

  constructor(options: StartOptions, events: ChildEvents) {
    this.#events = events;
    const platform = processPlatform();
    const family = familyMemory();
    const pair = platform === null ? null : platform.socketPair("stream");
    const compiled = (this.#compiled = new CompiledFile(platform, isUsual(options)));
    const stdio: StdioOptions = [
      ...options.stdio,
      pair === null ? "pipe" : pair[1],
      options.lifeline < 0 ? "ignore" : options.lifeline,
      family < 0 ? "ignore" : family,
      compiled.fd < 0 ? "ignore" : compiled.fd,
      ...options.descriptors,
    ];
    const argv = options.execArgv ?? inheritableExecArgv();
    try {
      this.#process = spawnNow(process.execPath, [...argv, BEGIN, SPAWN_MAIN, compiled.choice], {
        stdio,
        env: options.env,
        ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      });
    } catch (error) {
      // What the system cannot take, such as arguments that are too long, or has no more room for.
      compiled.close();
      if (pair !== null) closeNative(pair[0]);
      throw error;
    } finally {
      if (pair !== null) closeNative(pair[1]);
    }
    compiled.handedOver();
    const stream = pair === null ? (this.#process.stdio[3] as Socket) : undefined;
    this.#channel = new Channel(pair?.[0] ?? descriptorOf(stream!), this, stream);
    // One that computes hears of no channel that ends, and without a lifeline of nothing else.
    const kill = options.isOfThread && options.lifeline < 0;
    const buried = leaveBehind({ pid: this.#process.pid, kill });
    this.#process.once("exit", (code, signal) => {
      buried();
      this.#finish(code ?? -constants.signals[signal!]);
    });
    events.onPid(this.#process.pid);
    this.#channel.send(Kind.BOOT, Buffer.from(JSON.stringify(options.bootstrap)));
    this.#channel.send(Kind.PAYLOAD, options.payload ?? new Uint8Array(0));
  }

  get pid(): number {
    return this.#process.pid;
  }

  get exitCode(): number | null {
    return this.#exitCode;
  }

  get streams(): ChildStreams {
    return this.#process;
  }

  send(kind: number, body: Uint8Array): void {
    this.#channel.send(kind, body);
  }

  signal(number: number): void {
    if (this.#exitCode === null) this.#process.kill(number);
  }

  pollRequests(): PollRequest[] {
    const platform = processPlatform();
    if (platform === null || this.#exitCode !== null) return [];
    if (this.#pidfd < 0) this.#pidfd = platform.openProcess(this.pid);
    const requests: PollRequest[] = [{ fd: this.#pidfd }];
    if (!this.#channel.ended) requests.push(this.#channel.pollRequest);
    return requests;
  }

  look(): void {
    if (this.#exitCode !== null) return;
    const exitCode = this.#peekExit();
    if (exitCode !== null) return this.#finish(exitCode);
    if (!this.#channel.ended) this.#channel.pump();
  }

  hold(on: boolean): void {
    if (on) this.#process.ref();
    else this.#process.unref();
    if (!this.#channel.ended) this.#channel.hold(on);
    for (const stream of Object.values([this.#process.stdout, this.#process.stderr])) {
      const socket = stream as Socket | null;
      if (on) socket?.ref();
      else socket?.unref();
    }
  }

  onFrame(frame: Frame): void {
    if (frame.kind === Kind.LEAVING) this.#leavingWith = int32Of(frame.body);
    else if (frame.kind === Kind.COMPILED) this.#compiled.written();
    else this.#events.onFrame(frame);
  }

  onEnd(): void {}

  #peekExit(): number | null {
    try {
      const platform = processPlatform();
      if (platform !== null) return platform.peekExit(this.pid);
      if (process.platform === "linux") return exitOfZombie(this.pid);
    } catch {
      // Reaped already: its event is on the way.
      return null;
    }
    if (!this.#channel.ended) this.#channel.pump();
    return this.#channel.ended ? this.#leavingWith : null;
  }

  #finish(exitCode: number): void {
    if (this.#exitCode !== null) return;
    if (!this.#channel.ended) this.#channel.pump();
    this.#channel.close();
    if (this.#pidfd >= 0) closeNative(this.#pidfd);
    this.#compiled.close();
    this.#exitCode = exitCode;
    settleEnded(this.pid);
    this.#events.onExit(exitCode);
  }
}

/** Whether a child gets the options of V8 that others get, and counts nothing. */
function isUsual({ env, execArgv }: StartOptions): boolean {
  const { NODE_OPTIONS: usual } = withFixedOptions(process.env);
  return execArgv === undefined && env.NODE_OPTIONS === usual && !countsCoverage(env);
}

function descriptorOf(stream: Socket): number {
  return (stream as unknown as { _handle: { fd: number } })._handle.fd;
}

/** The last field of a zombie's line in /proc is the status that `wait` would give. */
function exitOfZombie(pid: number): number | null {
  const line = readFileSync(`/proc/${pid}/stat`, "latin1");
  const fields = line
    .slice(line.lastIndexOf(")") + 2)
    .trim()
    .split(" ");
  if (fields[0] !== "Z") return null;
  const status = Number(fields.at(-1));
  const signal = status & 0x7f;
  return signal === 0 ? (status >> 8) & 0xff : -signal;
}

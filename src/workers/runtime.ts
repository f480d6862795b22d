/**
 * One interface to code that runs elsewhere, whatever started it.
 *
 * A `Child` is a running process: a stream of frames, an exit, and a way to wait for both with the
 * event loop (`ChildEvents`) or without it (`pollRequests` + `look`). `startChild` picks the
 * implementation: `spawn.ts`, `forkserver.ts`, `fork.ts`.
 */
import type { Readable, Writable } from "node:stream";
import type { PollRequest } from "../platform/process-platform.ts";
import type { Bootstrap } from "./bootstrap.ts";
import type { Frame } from "./crossing/frames.ts";

/**
 * How a process begins. `spawn`: as a fresh node; `forkserver`: as a copy of a small process kept
 * for this; `fork`: as a copy of this very program, with all its memory, but of one thread.
 */
export type StartMethod = "spawn" | "forkserver" | "fork";

export const START_METHODS: readonly StartMethod[] = ["forkserver", "spawn", "fork"];

/** Where a child's standard streams go. A number is a descriptor of the parent. */
export type StdioChoice = "inherit" | "ignore" | "pipe" | number;

export interface StartOptions {
  readonly bootstrap: Bootstrap;
  /** What the child runs, coded; null under `fork`, where it runs `body`. */
  readonly payload: Uint8Array | null;
  /** Under `fork`: what the copy of this process runs. */
  readonly body?: () => unknown;
  /** Under `fork`: sockets and servers that the copy goes on using. */
  readonly onCopied?: () => void;
  readonly kept?: ReadonlySet<unknown>;
  /** The read end of the pipe that its life hangs on; -1 where there is none. */
  readonly lifeline: number;
  /** Whether it ends with the thread that starts it, and not only with the process. */
  readonly isOfThread: boolean;
  readonly stdio: readonly [StdioChoice, StdioChoice, StdioChoice];
  /** Descriptors that the child gets, in this order, besides its streams. */
  readonly descriptors: readonly number[];
  readonly execArgv: readonly string[] | undefined;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string | undefined;
}

export interface ChildEvents {
  onPid(pid: number): void;
  onFrame(frame: Frame): void;
  /**
   * Called once, after every frame of the child was handed over.
   * @param cause why there never was a process, where that came out only after its start
   */
  onExit(exitCode: number, cause?: Error): void;
}

export interface ChildStreams {
  readonly stdin: Writable | null;
  readonly stdout: Readable | null;
  readonly stderr: Readable | null;
}

export interface Child {
  readonly pid: number | null;
  readonly exitCode: number | null;
  /** The parent's ends of streams asked for with "pipe". */
  readonly streams: ChildStreams;
  send(kind: number, body: Uint8Array): void;
  /** Sends a signal; nothing happens when the process has ended. */
  signal(number: number): void;
  /** What a wait without the event loop sleeps on. */
  pollRequests(): PollRequest[];
  /** Takes in what has happened, without sleeping and without the event loop. */
  look(): void;
  /** Keeps the program alive while the child runs, or not. */
  hold(on: boolean): void;
}

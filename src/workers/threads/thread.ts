/**
 * A thread as its starter sees it: a Worker, a port for messages, and a cell of shared words that
 * lets the starter wait without its event loop.
 */
import { shareStands } from "../../channels/shared-data/memory-stands.ts";
import { disturbThread } from "../../core/own-threads.ts";
import { readdirSync } from "node:fs";
import {
  MessageChannel,
  type MessagePort,
  receiveMessageOnPort,
  type ResourceLimits,
  Worker,
  type WorkerOptions,
} from "node:worker_threads";
import type { Attachment, Departure } from "../crossing/attachments.ts";
import { endsWithoutNode } from "../forking/after-fork.ts";
import type { CompiledOrder } from "../bootstrap.ts";
import { THREAD_PROGRAM } from "../child-entry.ts";
import { CompiledShelf, NO_ORDER } from "../compiled-shelf.ts";
import { countsCoverage } from "../../platform/compiled-code.ts";
import { LONGEST_SLEEP_MS } from "../../core/descriptor-io.ts";
import type { UncaughtInThread } from "./except-hook.ts";
import { threadExecArgv, inheritedImports } from "../exec-argv.ts";
import { Kind } from "../crossing/frames.ts";
import { withFixedOptions } from "../option-paths.ts";
import { handleModules } from "../crossing/handle-modules.ts";
import { currentIdentity } from "../identity.ts";
import { ThreadCell } from "./thread-cell.ts";
import { LOADING_PATIENCE_MS } from "../../platform/loading.ts";
import { numbersDownToHere, settleThread, shareBelongings } from "./thread-belongings.ts";
import { leaveRoll, shareRoll } from "./thread-roll.ts";

/** What a thread is told about itself, as the data of its Worker. */
export interface ThreadBootstrap {
  readonly name: string;
  readonly daemon: boolean;
  readonly payload: Uint8Array;
  /** What `--import` names, which Node imports for programs in files only. */
  readonly imports: readonly string[];
  readonly attachments: readonly Attachment[];
  readonly handleModules: readonly string[];
  readonly transferred: readonly unknown[];
  readonly cell: SharedArrayBuffer;
  readonly port: MessagePort;
  /** For a timer: how long it waits before it runs. */
  readonly delayMs: number;
  readonly affinity: readonly number[] | undefined;
  /** Whether this process is a forked copy, where a thread must not let its loop run dry. */
  readonly inCopy: boolean;
  readonly compiled: CompiledOrder;
  /** The numbers of the threads above it. */
  readonly above: readonly number[];
}

/** A message of the thread: a kind as in frames, and its body. */
export interface ThreadMessage {
  readonly kind: number;
  readonly body: Uint8Array;
  /** Whose error it is, where it is not the thread's own. */
  readonly from?: Pick<UncaughtInThread, "name" | "ident">;
}

export interface ThreadEvents {
  onMessage(message: ThreadMessage): void;
  /** Called once, after every message was handed over. */
  onEnd(exitCode: number, cause: Error | null): void;
}

export interface ThreadOptions {
  readonly name: string;
  readonly daemon: boolean;
  readonly payload: Uint8Array;
  readonly departure: Departure;
  readonly delayMs: number;
  readonly affinity: readonly number[] | undefined;
  readonly resourceLimits: ResourceLimits | undefined;
}

/** Options of the whole process, V8's among them, which a Worker refuses although it has them. */
let refused: readonly string[] = [];

function startWorker(options: WorkerOptions): Worker {
  const execArgv = threadExecArgv().filter((option) => !refused.includes(option));
  try {
    const fixed = withFixedOptions(process.env);
    // Node copies the environment faster when it is not given one.
    const env = fixed === process.env ? undefined : fixed;
    return new Worker(THREAD_PROGRAM, { ...options, eval: true, execArgv, env });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const named = message.split(": ").at(-1)!.split(", ");
    if (code !== "ERR_WORKER_INVALID_EXEC_ARGV" || named.every((one) => refused.includes(one)))
      throw error;
    refused = [...refused, ...named];
    return startWorker(options);
  }
}

const shelf = new CompiledShelf(true);

export class ThreadChild {
  readonly cell: ThreadCell = new ThreadCell();
  readonly ident: number;
  readonly #worker: Worker;
  readonly #port: MessagePort;
  readonly #events: ThreadEvents;
  #rollAt = -1;
  #ended = false;
  #cause: Error | null = null;

  constructor(options: ThreadOptions, events: ThreadEvents) {
    const { name, daemon, payload, departure, delayMs, affinity, resourceLimits } = options;
    this.#events = events;
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    shareRoll();
    shareBelongings();
    shareStands();
    const workerData: ThreadBootstrap = {
      name,
      daemon,
      payload,
      imports: inheritedImports(),
      attachments: departure.attachments,
      handleModules: handleModules(),
      transferred: departure.objects,
      cell: this.cell.buffer,
      port: port2,
      delayMs,
      affinity,
      inCopy: endsWithoutNode(),
      compiled: countsCoverage(process.env) ? NO_ORDER : shelf.order(),
      above: numbersDownToHere(),
    };
    currentIdentity(); // which the thread is to share
    this.cell.loading = true;
    this.#worker = startWorker({
      workerData,
      transferList: [port2, ...departure.transferList],
      name,
      ...(resourceLimits === undefined ? {} : { resourceLimits }),
    });
    this.ident = this.#worker.threadId;
    this.#port.on("message", (message: ThreadMessage) => this.#take(message));
    // The Worker alone decides whether the program stays alive.
    this.#port.unref();
    this.#worker.on("error", (error) => {
      this.#cause ??= error as Error;
    });
    this.#worker.once("exit", (code) => {
      settleThread(this.ident);
      this.#finish(code);
    });
  }

  get ended(): boolean {
    return this.#ended;
  }

  onRoll(at: number): void {
    this.#rollAt = at;
  }

  post(message: unknown): void {
    this.#port.postMessage(message);
  }

  /** Takes in what has happened, without the event loop. */
  look(): void {
    if (this.#ended) return;
    const gone = this.cell.ended || this.#vanished();
    for (;;) {
      const received = receiveMessageOnPort(this.#port) as { message: ThreadMessage } | undefined;
      if (received === undefined) break;
      this.#take(received.message);
    }
    if (gone) this.#finish(this.cell.exitCode);
  }

  sleep(timeoutMs: number): void {
    const seen = this.cell.news;
    this.look();
    if (!this.#ended && this.cell.news === seen) {
      this.cell.sleep(seen, Math.min(timeoutMs, LONGEST_SLEEP_MS));
    }
  }

  hold(on: boolean): void {
    if (on) this.#worker.ref();
    else this.#worker.unref();
  }

  async terminate(): Promise<void> {
    this.cell.leave();
    if (this.cell.loading && !this.#ended) await this.#leavesByItself();
    const ended = this.#worker.terminate();
    disturbThread(this.#worker.threadId);
    await ended;
    this.#finish(1);
  }

  /** Settles when the thread has ended, or when it loads for too long. */
  #leavesByItself(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, LOADING_PATIENCE_MS);
      this.#worker.once("exit", () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  /** A thread that was torn down could not say so; the kernel no longer lists it. */
  #vanished(): boolean {
    const { nativeId } = this.cell;
    if (nativeId === 0 || process.platform !== "linux") return false;
    return !readdirSync("/proc/self/task").includes(String(nativeId));
  }

  #take(message: ThreadMessage): void {
    if (message.kind === Kind.COMPILED) shelf.put(message.body);
    else this.#events.onMessage(message);
  }

  #finish(exitCode: number): void {
    if (this.#ended) return;
    this.#ended = true;
    for (;;) {
      const received = receiveMessageOnPort(this.#port) as { message: ThreadMessage } | undefined;
      if (received === undefined) break;
      this.#take(received.message);
    }
    this.#port.close();
    leaveRoll(this.#rollAt);
    this.#events.onEnd(exitCode, this.#cause);
  }
}

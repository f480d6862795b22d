/** `Thread`: a function, or the `run` of a subclass, in a thread of its own. */
import type { ResourceLimits, Transferable } from "node:worker_threads";
import type { SyncWait, Wait } from "../core/deadline.ts";
import { TARGET_NAMES } from "../core/option-names.ts";
import { areOptions, checkFlag, isRecord } from "../core/options.ts";
import { showByToString } from "../core/shown.ts";
import { StateError } from "../errors.ts";
import { baseRun, setCall } from "../workers/crossing/base-run.ts";
import { checkAffinity } from "../os/affinity.ts";
import type { GivenArguments } from "../workers/given-arguments.ts";
import type { Job } from "../workers/crossing/payload.ts";
import { scheduled } from "../workers/scheduled.ts";
import { staysHere } from "../carry/stays-here.ts";
import { currentThreadIdentity, ownNativeId, rename } from "../workers/threads/thread-identity.ts";
import { nextThreadNumber } from "../workers/threads/thread-roll.ts";
import { ThreadLife } from "./thread-life.ts";

/** A function that can run elsewhere. */
export type Fn<A extends unknown[], R> = (...args: A) => R | Promise<R>;

interface Settings<A extends unknown[], R> {
  /** What the thread runs, unless a subclass overrides `run`. */
  readonly target?: Fn<A, R>;
  /** For messages and `enumerate`; `Thread-N (target)` unless given. */
  readonly name?: string;
  /** Does not keep the program alive and is stopped at its end; as the starter is, unless given. */
  readonly daemon?: boolean;
  /** The processors it may run on. */
  readonly affinity?: readonly number[];
  /** Limits of memory and stack, as node's Worker takes them. */
  readonly resourceLimits?: ResourceLimits;
  /** Objects among the arguments that move to the thread instead of being copied. */
  readonly transfer?: readonly Transferable[];
  /** Imports the main script in the thread instead of carrying from it. */
  readonly importMain?: boolean;
}

/** With `args`; its last one, if it is an object, may be given as `kwargs` instead. */
export type ThreadOptions<A extends unknown[] = unknown[], R = unknown> = Settings<A, R> &
  GivenArguments<A>;

/**
 * Where a thread is in its life: not started; started, but its code has not begun; at work; asleep,
 * on a lock or for its event loop (told where there is /proc, else it runs); ended.
 */
export type ThreadState = "created" | "ready" | "running" | "blocked" | "done";

/** Beside the objects: in the thread no constructor ran for the object that stands for it. */
const lives = new WeakMap<object, ThreadLife>();

/** For subclasses within the library that wait before they run. */
export const DELAY: unique symbol = Symbol("manyhands.delay");

/**
 * Code that runs in a thread of its own.
 *
 * Differs from Python: threads run truly at the same time and share no variables, only what is made
 * to be shared; `join` tells whether the thread ended in time, and `result` gives what it returned.
 */
export class Thread<A extends unknown[] = unknown[], R = unknown> {
  /**
   * @throws TypeError, RangeError for options of the wrong kind, UnsupportedPlatformError for an
   * `affinity` where there are no native calls
   */
  constructor(options: ThreadOptions<A, R> & { readonly [DELAY]?: number } = {}) {
    const { target, args = [], kwargs } = checkOptions(options);
    const overridden = this.run !== Thread.prototype.run;
    const job: Job = {
      name: overridden || !target ? `${this.constructor.name}.run` : target.name || "target",
      target: (target ?? null) as Job["target"],
      args: kwargs === undefined ? [...args] : [...args, kwargs],
      importMain: options.importMain ?? false,
      self: overridden ? this : null,
    };
    setCall(this, job);
    const life = new ThreadLife<R>({
      face: this,
      name: options.name ?? defaultName(target),
      daemon: options.daemon,
      job,
      delayMs: options[DELAY] ?? 0,
      affinity: options.affinity,
      resourceLimits: options.resourceLimits,
      transfer: options.transfer ?? [],
    });
    lives.set(this, life as ThreadLife);
  }

  /**
   * What the thread does: calls the target. To be overridden in a subclass, whose fields travel
   * with it and back. Called by anybody else, it runs here and now.
   */
  run(): R | Promise<R> {
    return baseRun(this, "Thread") as R | Promise<R>;
  }

  /**
   * Starts the thread.
   * @throws StateError when it was started before
   */
  async start(): Promise<this> {
    lifeOf(this).start();
    return this;
  }

  /** Waits for its end; false when the time was over first. */
  async join(wait?: Wait): Promise<boolean> {
    return await lifeOf(this).join(wait);
  }

  /** `join`, blocking this thread and its event loop. */
  joinSync(wait?: SyncWait): boolean {
    return lifeOf(this).joinSync(wait);
  }

  /**
   * What the target returned.
   * @throws what the target threw, TimeoutError, WorkerDiedError
   */
  async result(wait?: Wait): Promise<R> {
    return (await lifeOf(this).result(wait)) as R;
  }

  /** `result`, blocking this thread and its event loop. */
  resultSync(wait?: SyncWait): R {
    return lifeOf(this).resultSync(wait) as R;
  }

  /** What the target threw, an Error that says so for a null; null when it threw nothing. */
  async exception(wait?: Wait): Promise<Error | null> {
    return await lifeOf(this).exception(wait);
  }

  /** `exception`, blocking this thread and its event loop. */
  exceptionSync(wait?: SyncWait): Error | null {
    return lifeOf(this).exceptionSync(wait);
  }

  /** Stops the thread wherever it is; no handlers run in it. */
  async terminate(): Promise<void> {
    await lifeOf(this).terminate();
  }

  /** May be set at any time; two threads may have the same. */
  get name(): string {
    return lives.get(this)?.name ?? currentThreadIdentity().name;
  }

  set name(name: string) {
    if (typeof name !== "string") throw new TypeError("name must be a string");
    const life = lives.get(this);
    if (life === undefined) rename(name);
    else life.name = name;
  }

  /**
   * Whether it is stopped at the end of the program, instead of keeping it alive.
   * @throws StateError when it is set after the start
   */
  get daemon(): boolean {
    return lives.get(this)?.daemon ?? currentThreadIdentity().daemon;
  }

  set daemon(daemon: boolean) {
    if (typeof daemon !== "boolean") throw new TypeError("daemon must be true or false");
    const life = lifeOf(this);
    if (life.started) throw new StateError(`daemon may be set only before start: ${life.name}`);
    life.daemon = daemon;
  }

  /** Node's number of the thread; null before start. */
  get ident(): number | null {
    const life = lives.get(this);
    return life === undefined ? currentThreadIdentity().ident : life.ident;
  }

  /** The kernel's number of the thread; null where it is not known (yet). */
  get nativeId(): number | null {
    const life = lives.get(this);
    return life === undefined ? ownNativeId() : life.nativeId;
  }

  /** Whether it was started and has not ended. */
  get alive(): boolean {
    return lives.get(this)?.alive ?? true;
  }

  /** What it is doing at this moment; of a thread that ended, for whatever reason, "done". */
  get state(): ThreadState {
    const life = lives.get(this);
    if (life === undefined) return "running";
    if (!life.started) return "created";
    if (!life.alive) return "done";
    if (!life.handedOver) return "ready";
    return scheduled(`/proc/self/task/${life.nativeId}/stat`);
  }

  toString(): string {
    const parts: unknown[] = [this.name, this.state];
    if (this.ident !== null) parts.push(`ident ${this.ident}`);
    if (this.daemon) parts.push("daemon");
    return `${this.constructor.name}(${parts.join(", ")})`;
  }

  static {
    showByToString(this);
  }
}

staysHere("a Thread", Thread, "send its ident or its result");

function lifeOf(self: object): ThreadLife {
  const life = lives.get(self);
  if (life === undefined) throw new StateError("This object stands for the thread it is in");
  return life;
}

/** For `Timer`. */
export function cancelBefore(self: object): void {
  lifeOf(self).cancel();
}

function defaultName(target: { readonly name: string } | undefined): string {
  const suffix = target === undefined || target.name === "" ? "" : ` (${target.name})`;
  return `Thread-${nextThreadNumber()}${suffix}`;
}

function checkOptions<A extends unknown[], R>(options: ThreadOptions<A, R>): typeof options {
  if (!areOptions(options, TARGET_NAMES)) {
    throw new TypeError("new Thread takes one object: { target, args, name, … }");
  }
  const { target, args, kwargs, name, daemon, importMain } = options;
  const { affinity, transfer, resourceLimits } = options;
  if (target !== undefined && typeof target !== "function") {
    throw new TypeError(`target must be a function, not ${typeof target}`);
  }
  if (args !== undefined && !Array.isArray(args)) throw new TypeError("args must be an array");
  if (kwargs !== undefined && (typeof kwargs !== "object" || kwargs === null)) {
    throw new TypeError("kwargs must be an object");
  }
  if (name !== undefined && typeof name !== "string") throw new TypeError("name must be a string");
  checkFlag(daemon, "daemon");
  checkFlag(importMain, "importMain");
  if (transfer !== undefined && !Array.isArray(transfer)) {
    throw new TypeError("transfer must be an array");
  }
  if (resourceLimits !== undefined && !isRecord(resourceLimits)) {
    throw new TypeError("resourceLimits must be an object such as { maxOldGenerationSizeMb: 64 }");
  }
  for (const [limit, value] of Object.entries(resourceLimits ?? {}))
    if (value !== undefined && typeof value !== "number")
      throw new TypeError(`${limit} in resourceLimits must be a number, not ${typeof value}`);
  if (affinity !== undefined) checkAffinity(affinity);
  return options;
}

/** `Process`: a function, or the `run` of a subclass, in a process of its own. */
import type { Readable, Writable } from "node:stream";
import type { SyncWait, Wait } from "../core/deadline.ts";
import { showByToString } from "../core/shown.ts";
import { StateError } from "../errors.ts";
import { baseRun, setCall } from "../workers/crossing/base-run.ts";
import { adoptCurrent } from "../workers/current.ts";
import { currentIdentity, renameProcess } from "../workers/identity.ts";
import type { Job } from "../workers/crossing/payload.ts";
import type { StartMethod } from "../workers/runtime.ts";
import { staysHere } from "../carry/stays-here.ts";
import { ProcessLife } from "./process-life.ts";
import { checkOptions, needsFreshNode, type ProcessOptions, streamsOf } from "./process-options.ts";
import { processState, type ProcessState } from "./process-state.ts";
import { Sentinel } from "./sentinel.ts";
import { defaultStartMethod, getStartMethod, importsMain } from "./start-methods.ts";

/**
 * Beside the objects, not inside them: in the child there is an object of the same class whose
 * fields came along, while no constructor ran there.
 */
const lives = new WeakMap<object, ProcessLife>();

const BEFORE_START = "may be set only before start";

/**
 * Code that runs in a process of its own.
 *
 * Differs from Python: `join` tells whether it came to an end in time, and `result` gives what the
 * target returned or throws what it threw.
 */
export class Process<A extends unknown[] = unknown[], R = unknown> {
  /**
   * @throws TypeError, RangeError for options of the wrong kind, UnsupportedPlatformError for an
   * `affinity` where there are no native calls
   */
  constructor(options: ProcessOptions<A, R> = {}) {
    const { target, args = [], kwargs, name, daemon, startMethod } = checkOptions(options);
    const overridden = this.run !== Process.prototype.run;
    const job: Job = {
      name: overridden || !target ? `${this.constructor.name}.run` : target.name || "target",
      target: (target ?? null) as Job["target"],
      args: kwargs === undefined ? [...args] : [...args, kwargs],
      importMain: options.importMain ?? importsMain(),
      self: overridden ? this : null,
    };
    setCall(this, job);
    const life = new ProcessLife<R>({
      face: this,
      onCopied: () => {
        lives.delete(this);
        adoptCurrent(this);
      },
      name,
      daemon,
      job,
      startMethod: () => startMethod ?? methodFor(options),
      env: options.env,
      cwd: options.cwd,
      execArgv: options.execArgv,
      stdio: streamsOf(options.stdio),
      affinity: options.affinity,
    });
    lives.set(this, life as ProcessLife);
  }

  /**
   * What the process does: calls the target. To be overridden in a subclass, whose fields travel
   * with it. Called by anybody else, it runs here and now.
   */
  run(): R | Promise<R> {
    return baseRun(this, "Process") as R | Promise<R>;
  }

  /**
   * Starts the process; resolves when it has its pid.
   * @throws StateError when it was started before, or this process is daemonic; what the system
   * says (`code` is `EMFILE`, `EAGAIN`, …) where it has no room for a process
   */
  async start(): Promise<this> {
    await lifeOf(this).start();
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
    return await lifeOf(this).result(wait);
  }

  /** `result`, blocking this thread and its event loop. */
  resultSync(wait?: SyncWait): R {
    return lifeOf(this).resultSync(wait);
  }

  /** What the target threw, an Error that says so for a null; null when it threw nothing. */
  async exception(wait?: Wait): Promise<Error | null> {
    return await lifeOf(this).exception(wait);
  }

  /** `exception`, blocking this thread and its event loop. */
  exceptionSync(wait?: SyncWait): Error | null {
    return lifeOf(this).exceptionSync(wait);
  }

  /** Sends SIGTERM: no exit handlers run unless the process handles the signal. */
  terminate(): void {
    lifeOf(this).signal("SIGTERM");
  }

  /** Sends SIGKILL. */
  kill(): void {
    lifeOf(this).signal("SIGKILL");
  }

  /** Sends SIGINT: one without a handler of its own ends with exit code -2. */
  interrupt(): void {
    lifeOf(this).interrupt();
  }

  /**
   * Lets go of the process; using it afterwards is an error.
   * @throws StateError while it is running
   */
  close(): void {
    lifeHere(this)?.close();
  }

  /** May be set at any time; a running child keeps the name it started with. */
  get name(): string {
    const life = lifeHere(this);
    return life === undefined ? currentIdentity().name : life.name;
  }

  set name(name: string) {
    if (typeof name !== "string") throw new TypeError("name must be a string");
    const life = lifeHere(this);
    if (life === undefined) renameProcess(name);
    else life.name = name;
  }

  /**
   * Whether it ends with its parent.
   * @throws StateError when it is set after the start
   */
  get daemon(): boolean {
    const life = lifeHere(this);
    return life === undefined ? currentIdentity().daemon : life.daemon;
  }

  set daemon(daemon: boolean) {
    if (typeof daemon !== "boolean") throw new TypeError("daemon must be true or false");
    const life = lifeOf(this);
    if (life.started) throw new StateError(`daemon ${BEFORE_START}: ${life.name}`);
    life.daemon = daemon;
  }

  /** Null before start. */
  get pid(): number | null {
    return lifeHere(this) === undefined ? process.pid : lifeOf(this).pid;
  }

  /** The same as `pid`. */
  get ident(): number | null {
    return this.pid;
  }

  /** Null while it runs; the code it exited with, or minus the number of the signal. */
  get exitCode(): number | null {
    return lifeHere(this) === undefined ? null : lifeOf(this).exitCode;
  }

  /**
   * Whether it was started and has not ended.
   * @throws ClosedError after `close`
   */
  get alive(): boolean {
    return lifeHere(this) === undefined ? true : lifeOf(this).alive;
  }

  /**
   * What it is doing at this moment.
   * @throws ClosedError after `close`
   */
  get state(): ProcessState {
    return lifeHere(this) === undefined ? "running" : processState(lifeOf(this));
  }

  /** Becomes ready when the process ends; for `wait`. */
  get sentinel(): Sentinel {
    const life = lifeOf(this);
    life.mustBeStarted("sentinel");
    return Sentinel.of(life);
  }

  /** The key that relatives authenticate with. */
  get authKey(): Uint8Array {
    return currentIdentity().authKey;
  }

  /** The stream to its standard input, where `stdio` says "pipe". */
  get stdin(): Writable | null {
    return lifeOf(this).child?.streams.stdin ?? null;
  }

  /** The stream from its standard output, where `stdio` says "pipe". */
  get stdout(): Readable | null {
    return lifeOf(this).child?.streams.stdout ?? null;
  }

  /** The stream from its standard error, where `stdio` says "pipe". */
  get stderr(): Readable | null {
    return lifeOf(this).child?.streams.stderr ?? null;
  }

  toString(): string {
    const life = lifeHere(this);
    const kind = this.constructor.name;
    if (life === undefined)
      return `${kind}(${currentIdentity().name}, running, pid ${process.pid})`;
    if (life.closed) return `${kind}(${life.name}, closed)`;
    const { original } = life;
    const state = original === null ? processState(life) : `of process ${original}`;
    const parts = [life.name, state];
    if (life.pid !== null) parts.push(`pid ${life.pid}`);
    if (life.exitCode !== null) parts.push(`exit code ${life.exitCode}`);
    if (life.daemon) parts.push("daemon");
    return `${kind}(${parts.join(", ")})`;
  }

  static {
    showByToString(this);
  }
}

staysHere("a Process", Process, "send its pid or its result");

/** The method of a process that was given none: only a fresh node takes options of its own. */
function methodFor({ execArgv }: Pick<ProcessOptions, "execArgv">): StartMethod {
  if (needsFreshNode(execArgv)) return "spawn";
  return getStartMethod({ allowNone: true }) ?? defaultStartMethod();
}

/** What is behind an object that stands for another process. */
function lifeOf<R>(self: Process<never, R>): ProcessLife<R> {
  const life = lifeHere(self);
  if (life === undefined) throw new StateError("This object stands for the process it is in");
  life.checkOpen();
  return life;
}

/** Absent for the object that stands for this very process. */
function lifeHere<R>(self: Process<never, R>): ProcessLife<R> | undefined {
  return lives.get(self) as ProcessLife<R> | undefined;
}

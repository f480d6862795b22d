/**
 * What a `Process` does, apart from its public face: starting, following, ending a child.
 *
 * Kept beside the object, not inside it: in the child there is an object of the same class whose
 * fields came along, while its constructor never ran there.
 */
import { constants } from "node:os";
import type { SyncWait, Wait } from "../core/deadline.ts";
import { onLookAround } from "../core/settle.ts";
import { BootstrapError, ClosedError, StateError, WorkerDiedError } from "../errors.ts";
import { expectOriginal } from "../platform/copies.ts";
import type { PollRequest } from "../platform/process-platform.ts";
import type { Departure } from "../workers/crossing/attachments.ts";
import { sleepUntilReady } from "../core/descriptor-io.ts";
import { describeExit, signalOfExit } from "../workers/exit-signal.ts";
import { forkProblem } from "../workers/forking/fork.ts";
import { type Frame, Kind } from "../workers/crossing/frames.ts";
import { currentIdentity, isImportingMain, nextLineage } from "../workers/identity.ts";
import { known, Outcome, type Source } from "../workers/crossing/outcome.ts";
import { codedFailure, codedResult } from "../workers/crossing/payload.ts";
import type { Child, ChildEvents, StartMethod } from "../workers/runtime.ts";
import { startChild } from "../workers/start.ts";
import { forgetChild, rememberChild } from "./active-children.ts";
import { type LifeOptions, prepareStart } from "../workers/process-start.ts";

export class ProcessLife<R = unknown> implements ChildEvents, Source {
  name: string;
  daemon: boolean;
  readonly #options: LifeOptions;
  readonly #creator = process.pid;
  readonly #lineage: readonly number[] = nextLineage();
  readonly #outcome = new Outcome<R>(this);
  #child: Child | null = null;
  #method: StartMethod | null = null;
  #started: Promise<void> | null = null;
  #onPid: (() => void) | null = null;
  #running = false;
  #handlesInterrupt = false;
  #interrupted = false;
  #closed = false;
  #waits = 0;
  #departure: Departure | null = null;
  #stopLooking: (() => void) | null = null;
  /** Why there never was a process. */
  #neverRan: Error | null = null;

  constructor(options: LifeOptions) {
    this.#options = options;
    this.name = options.name ?? `Process-${this.#lineage.join(":")}`;
    this.daemon = options.daemon ?? currentIdentity().daemon;
  }

  get face(): object {
    return this.#options.face;
  }

  get title(): string {
    return this.name;
  }

  get child(): Child | null {
    return this.#child;
  }

  get method(): StartMethod | null {
    return this.#method;
  }

  get closed(): boolean {
    return this.#closed;
  }

  get pid(): number | null {
    return this.#child?.pid ?? null;
  }

  /** The process that made it, where this one is a copy of that: nothing can be known of it. */
  get original(): number | null {
    return this.#creator === process.pid ? null : this.#creator;
  }

  /** In a copy, what was known when that was made. */
  get exitCode(): number | null {
    if (this.#child === null || !this.#mayLook()) return null;
    if (this.original === null) this.#child.look();
    const code = this.#child.exitCode;
    return code === -constants.signals.SIGKILL && this.#interrupted
      ? -constants.signals.SIGINT
      : code;
  }

  get alive(): boolean {
    this.#mustBeOurs();
    return this.#child !== null && this.exitCode === null;
  }

  get started(): boolean {
    return this.#child !== null;
  }

  get handedOver(): boolean {
    return this.#running;
  }

  /**
   * @throws StateError, RangeError, PicklingError, NotFoundError, UnsupportedPlatformError, and
   * what the system says where it has no room for a process
   */
  async start(): Promise<void> {
    this.checkOpen();
    this.#mustBeOurs();
    if (this.#started !== null) throw new StateError(`${this.name} was started before`);
    if (isImportingMain()) {
      throw new BootstrapError(
        `${this.name} is started while the main script is being imported in a child; ` +
          "guard the start with: if (isMain(import.meta)) { … }",
      );
    }
    if (currentIdentity().daemon) {
      throw new StateError("A daemonic process may not have children");
    }
    const method = this.#options.startMethod();
    this.#launch(method);
    this.#started = new Promise((resolve) => {
      this.#onPid = resolve;
    });
    if (this.pid === null && this.#child!.exitCode === null) {
      this.awaited(true);
      await this.#started;
      this.awaited(false);
    }
    if (this.#neverRan !== null) throw this.#neverRan;
    this.#departure?.complete();
  }

  #launch(method: StartMethod): void {
    if (method === "fork") {
      const problem = forkProblem();
      if (problem !== null) throw new StateError(`Cannot start with 'fork': ${problem}`);
    }
    const { name, daemon } = this;
    const lineage = this.#lineage;
    const { departure, options } = prepareStart(this.#options, method, { name, daemon, lineage });
    this.#departure = departure;
    this.#method = method;
    try {
      this.#child = startChild(method, options, this);
    } catch (error) {
      departure.abandon();
      throw error;
    }
    this.#child.hold(!daemon);
    // A reader that blocks here waits for a holder of the other end, which may die on its way.
    if (departure.hasLuggage) this.#stopLooking = onLookAround(() => this.#child!.look());
    rememberChild(this as ProcessLife);
  }

  join(wait?: Wait): Promise<boolean> {
    this.mustBeStarted("join");
    return this.#outcome.join(wait);
  }

  joinSync(wait?: SyncWait): boolean {
    this.mustBeStarted("joinSync");
    return this.#outcome.joinSync(wait);
  }

  result(wait?: Wait): Promise<R> {
    this.mustBeStarted("result");
    return this.#outcome.result(wait);
  }

  resultSync(wait?: SyncWait): R {
    this.mustBeStarted("resultSync");
    return this.#outcome.resultSync(wait);
  }

  exception(wait?: Wait): Promise<Error | null> {
    this.mustBeStarted("exception");
    return this.#outcome.exception(wait);
  }

  exceptionSync(wait?: SyncWait): Error | null {
    this.mustBeStarted("exceptionSync");
    return this.#outcome.exceptionSync(wait);
  }

  signal(name: "SIGTERM" | "SIGKILL"): void {
    this.mustBeStarted(name === "SIGTERM" ? "terminate" : "kill");
    this.#child!.signal(constants.signals[name]);
  }

  /** A child ignores SIGINT unless it handles it; then only the kill is left, under its name. */
  interrupt(): void {
    this.mustBeStarted("interrupt");
    this.#child!.look();
    if (this.#handlesInterrupt) return this.#child!.signal(constants.signals.SIGINT);
    if (this.#child!.exitCode !== null) return;
    this.#interrupted = true;
    this.#child!.signal(constants.signals.SIGKILL);
  }

  close(): void {
    if (this.#closed) return;
    if (this.alive) throw new StateError(`${this.name} is still running; join or terminate first`);
    this.#closed = true;
    forgetChild(this as ProcessLife);
  }

  checkOpen(): void {
    if (this.#closed) throw new ClosedError(`${this.name} is closed`);
  }

  pollRequests(): PollRequest[] {
    return this.#child!.pollRequests();
  }

  sleep(timeoutMs: number): void {
    sleepUntilReady(this.pollRequests(), timeoutMs);
  }

  look(): void {
    this.#child!.look();
  }

  awaited(on: boolean): void {
    this.#waits += on ? 1 : -1;
    if (this.#child!.exitCode === null) this.#child!.hold(!this.daemon || this.#waits > 0);
  }

  onPid(): void {
    this.#onPid?.();
  }

  onFrame({ kind, body }: Frame): void {
    if (kind === Kind.RUNNING) {
      this.#running = true;
      this.#stopLooking?.();
    } else if (kind === Kind.RESULT) this.#outcome.succeed(codedResult<R>(body, "process"));
    else if (kind === Kind.ERROR) {
      const from = `process ${this.pid} (${this.name})`;
      this.#outcome.fail(codedFailure(body, "process", from));
    } else if (kind === Kind.HANDLES_INTERRUPT) this.#handlesInterrupt = body[0] === 1;
  }

  onExit(_exitCode: number, cause?: Error): void {
    if (cause !== undefined) {
      this.#neverRan = cause;
      this.#departure?.abandon();
    }
    this.#onPid?.();
    forgetChild(this as ProcessLife);
    this.#stopLooking?.();
    this.#departure?.childEnded();
    this.#outcome.fail(known(this.#death()));
    this.#outcome.end();
  }

  #death(): WorkerDiedError {
    const exitCode = this.exitCode!;
    const { pid, name } = this;
    const task = this.#options.job.name;
    const death = { pid, exitCode, signal: signalOfExit(exitCode), task };
    const cause = this.#neverRan;
    if (cause !== null) {
      const message = `${name} could not be started for ${task}: ${cause.message}`;
      return new WorkerDiedError(message, death, { cause });
    }
    const what = `ended without a result of ${task}: ${describeExit(exitCode)}`;
    return new WorkerDiedError(`${name} (pid ${pid}) ${what}`, death);
  }

  #mayLook(): boolean {
    return this.#method !== "fork" || this.pid !== null || this.#neverRan !== null;
  }

  #mustBeOurs(): void {
    expectOriginal(this.name, this.#creator);
  }

  /** @throws ClosedError, StateError */
  mustBeStarted(what: string): void {
    this.checkOpen();
    this.#mustBeOurs();
    if (this.#child === null) throw new StateError(`${what} before start: ${this.name}`);
  }
}

/**
 * What a `Thread` does, apart from its public face: starting, following, ending a Worker. Kept
 * beside the object for the same reason as with processes: see `process-life.ts`.
 */
import type { ResourceLimits, Transferable } from "node:worker_threads";
import type { SyncWait, Wait } from "../core/deadline.ts";
import { StateError, WorkerDiedError } from "../errors.ts";
import { expectOriginal } from "../platform/copies.ts";
import type { Departure } from "../workers/crossing/attachments.ts";
import { currentThreadIdentity } from "../workers/threads/thread-identity.ts";
import { Kind } from "../workers/crossing/frames.ts";
import { known, Outcome, type Source } from "../workers/crossing/outcome.ts";
import {
  codedFailure,
  codedResult,
  decodeFields,
  encodeJob,
  type Job,
} from "../workers/crossing/payload.ts";
import { ThreadChild, type ThreadEvents, type ThreadMessage } from "../workers/threads/thread.ts";
import { errorsAreWanted, handOver } from "../workers/threads/to-starter.ts";
import { enterRoll } from "../workers/threads/thread-roll.ts";
import { forgetThread, rememberThread } from "./started-threads.ts";

export interface ThreadLifeOptions {
  readonly face: object;
  readonly name: string;
  readonly daemon: boolean | undefined;
  readonly job: Job;
  readonly delayMs: number;
  readonly affinity: readonly number[] | undefined;
  readonly resourceLimits: ResourceLimits | undefined;
  readonly transfer: readonly Transferable[];
}

export class ThreadLife<R = unknown> implements ThreadEvents, Source {
  name: string;
  daemon: boolean;
  readonly #options: ThreadLifeOptions;
  readonly #outcome: Outcome<R> = new Outcome<R>(this);
  #child: ThreadChild | null = null;
  #departure: Departure | null = null;
  #cancelled = false;
  #terminated = false;
  #waits = 0;
  /** The process that it runs in. */
  #pid = 0;

  constructor(options: ThreadLifeOptions) {
    this.#options = options;
    this.name = options.name;
    this.daemon = options.daemon ?? currentThreadIdentity().daemon;
  }

  get face(): object {
    return this.#options.face;
  }

  get title(): string {
    return this.name;
  }

  get child(): ThreadChild | null {
    return this.#child;
  }

  get started(): boolean {
    return this.#child !== null;
  }

  get alive(): boolean {
    if (this.#child === null || this.#isOfOriginal) return false;
    this.#child.look();
    return !this.#child.ended;
  }

  get handedOver(): boolean {
    return this.#child?.cell.running === true;
  }

  get ident(): number | null {
    return this.#child?.ident ?? null;
  }

  get nativeId(): number | null {
    return this.#child?.cell.nativeId || null;
  }

  /** @throws StateError, PicklingError */
  start(): void {
    if (this.#child !== null) throw new StateError(`${this.name} was started before`);
    const { job, transfer, delayMs, affinity, resourceLimits } = this.#options;
    const { bytes, departure } = encodeJob(job, "thread", transfer);
    this.#departure = departure;
    const { name, daemon } = this;
    const options = { name, daemon, payload: bytes, departure, delayMs, affinity, resourceLimits };
    this.#child = new ThreadChild(options, this);
    this.#pid = process.pid;
    this.#child.onRoll(enterRoll({ ident: this.#child.ident, name, daemon }, !daemon));
    this.#child.cell.hooked = errorsAreWanted();
    if (this.#cancelled) this.#child.cell.cancel();
    this.#child.hold(!daemon);
    rememberThread(this as ThreadLife);
  }

  join(wait?: Wait): Promise<boolean> {
    this.#mustBeJoinable("join");
    return this.#outcome.join(wait);
  }

  joinSync(wait?: SyncWait): boolean {
    this.#mustBeJoinable("joinSync");
    return this.#outcome.joinSync(wait);
  }

  result(wait?: Wait): Promise<R> {
    this.#mustBeJoinable("result");
    return this.#outcome.result(wait);
  }

  resultSync(wait?: SyncWait): R {
    this.#mustBeJoinable("resultSync");
    return this.#outcome.resultSync(wait);
  }

  exception(wait?: Wait): Promise<Error | null> {
    this.#mustBeJoinable("exception");
    return this.#outcome.exception(wait);
  }

  exceptionSync(wait?: SyncWait): Error | null {
    this.#mustBeJoinable("exceptionSync");
    return this.#outcome.exceptionSync(wait);
  }

  async terminate(): Promise<void> {
    if (this.#child === null || this.#child.ended) return;
    this.#mustBeOurs();
    this.#terminated = true;
    await this.#child.terminate();
  }

  /** For timers: nothing runs, unless it runs already. */
  cancel(): void {
    this.#cancelled = true;
    if (this.#child === null || this.#isOfOriginal) return;
    this.#child.cell.cancel();
    if (!this.#child.ended) this.#child.post("cancelled");
  }

  look(): void {
    this.#child!.look();
  }

  sleep(timeoutMs: number): void {
    this.#child!.sleep(timeoutMs);
  }

  awaited(on: boolean): void {
    this.#waits += on ? 1 : -1;
    if (!this.#child!.ended) this.#child!.hold(!this.daemon || this.#waits > 0);
  }

  onMessage({ kind, body, from }: ThreadMessage): void {
    if (kind === Kind.RESULT) this.#outcome.succeed(codedResult<R>(body, "thread"));
    else if (kind === Kind.FIELDS) Object.assign(this.face, decodeFields(body, "thread"));
    else if (from !== undefined) {
      handOver({ error: codedFailure(body, "thread", `thread ${from.name}`).now(), ...from });
    } else if (kind === Kind.ERROR) {
      const failure = codedFailure(body, "thread", `thread ${this.name}`);
      this.#outcome.fail(failure);
      if (this.#child!.cell.hooked)
        handOver({ error: failure.now(), name: this.name, ident: this.ident });
    }
  }

  onEnd(exitCode: number, cause: Error | null): void {
    forgetThread(this as ThreadLife);
    this.#departure?.childEnded();
    // A timer that was cancelled owes nothing.
    if (this.#cancelled && !this.#outcome.settled) this.#outcome.succeed(known(undefined as R));
    this.#outcome.fail(known(this.#death(exitCode, cause)));
    this.#outcome.end();
  }

  #death(exitCode: number, cause: Error | null): WorkerDiedError {
    const task = this.#options.job.name;
    const how = this.#terminated ? "terminated" : (cause?.message ?? `exit code ${exitCode}`);
    const death = { pid: process.pid, threadId: this.ident, exitCode, task };
    return new WorkerDiedError(
      `${this.name} ended without a result of ${task}: ${how}`,
      death,
      cause === null ? undefined : { cause },
    );
  }

  #mustBeJoinable(what: string): void {
    if (this.#child === null) throw new StateError(`${what} before start: ${this.name}`);
    this.#mustBeOurs();
  }

  /** Whether this is a copy of the program whose thread it is, which only runs there. */
  get #isOfOriginal(): boolean {
    return this.#pid !== process.pid && !this.#child!.ended;
  }

  #mustBeOurs(): void {
    if (this.#isOfOriginal) expectOriginal(this.name, this.#pid);
  }
}

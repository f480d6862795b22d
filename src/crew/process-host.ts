import { constants } from "node:os";
import { preloadOwn } from "../workers/fork-server/fork-server.ts";
import { StateError } from "../errors.ts";
import type { PollRequest } from "../platform/process-platform.ts";
import type { Departure } from "../workers/crossing/attachments.ts";
import { CREW_WORKER } from "../workers/child-entry.ts";
import { sleepUntilReady } from "../core/descriptor-io.ts";
import { type Frame, Kind } from "../workers/crossing/frames.ts";
import { nextLineage } from "../workers/identity.ts";
import { lifelineForWorkers } from "../workers/lifeline.ts";
import { codedFailure } from "../workers/crossing/payload.ts";
import { prepareStart } from "../workers/process-start.ts";
import type { Child, ChildEvents, StartMethod } from "../workers/runtime.ts";
import { startChild, startMethodProblem } from "../workers/start.ts";
import type { Host, HostEvents, HostOptions } from "./host.ts";
import { jobOf } from "./thread-host.ts";

preloadOwn(CREW_WORKER.href);

/** A worker in a process. */
export class ProcessHost implements Host, ChildEvents {
  readonly threadId: number | null = null;
  readonly #events: HostEvents;
  readonly #child: Child;
  readonly #departure: Departure;

  /** @throws PicklingError for an initializer that cannot cross, StateError for a start method */
  constructor(options: HostOptions, method: StartMethod, events: HostEvents) {
    this.#events = events;
    const problem = startMethodProblem(method);
    if (problem !== null) throw new StateError(`Cannot start with '${method}': ${problem}`);
    const { name, daemon } = options;
    const life = {
      face: this,
      onCopied: () => {},
      name,
      daemon,
      job: jobOf(options),
      startMethod: () => method,
      env: undefined,
      cwd: undefined,
      execArgv: undefined,
      stdio: ["ignore", "inherit", "inherit"] as const,
      affinity: undefined,
      lifeline: lifelineForWorkers,
    };
    const start = prepareStart(life, method, { name, daemon, lineage: nextLineage() });
    this.#departure = start.departure;
    try {
      this.#child = startChild(method, start.options, this);
    } catch (error) {
      start.departure.abandon();
      throw error;
    }
    this.#child.hold(false);
  }

  get pid(): number | null {
    return this.#child.pid;
  }

  send(body: Uint8Array): void {
    this.#child.send(Kind.MESSAGE, body);
  }

  end(how: "SIGTERM" | "SIGKILL"): void {
    this.#child.signal(constants.signals[how]);
  }

  look(): void {
    this.#child.look();
  }

  pollRequests(): PollRequest[] {
    return this.#child.pollRequests();
  }

  sleep(timeoutMs: number): void {
    sleepUntilReady(this.pollRequests(), timeoutMs);
  }

  hold(on: boolean): void {
    this.#child.hold(on);
  }

  onPid(): void {}

  onFrame({ kind, body }: Frame): void {
    if (kind === Kind.MESSAGE) this.#events.onMessage(body);
    if (kind !== Kind.ERROR) return;
    this.#events.onFailure(codedFailure(body, "process", `process ${this.pid}`).now());
  }

  onExit(exitCode: number, cause?: Error): void {
    this.#departure.childEnded();
    if (cause !== undefined) this.#events.onFailure(cause);
    this.#events.onEnd(exitCode);
  }
}

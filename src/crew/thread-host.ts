import { referencedFunction } from "../carry/index.ts";
import type { PollRequest } from "../platform/process-platform.ts";
import { CREW_WORKER } from "../workers/child-entry.ts";
import type { Departure } from "../workers/crossing/attachments.ts";
import { Kind } from "../workers/crossing/frames.ts";
import { codedFailure, encodeJob, type Job } from "../workers/crossing/payload.ts";
import { ThreadChild, type ThreadEvents, type ThreadMessage } from "../workers/threads/thread.ts";
import { enterRoll } from "../workers/threads/thread-roll.ts";
import type { Host, HostEvents, HostOptions } from "./host.ts";

/** The first code of a worker, with what it is told. */
export function jobOf({ name, order, initializer }: HostOptions): Job {
  const target = referencedFunction({ module: CREW_WORKER, export: "work" });
  return {
    name,
    target: target as Job["target"],
    args: [order, initializer],
    self: null,
    importMain: false,
  };
}

/** A worker in a thread. */
export class ThreadHost implements Host, ThreadEvents {
  readonly threadId: number;
  readonly pid: number = process.pid;
  readonly #events: HostEvents;
  readonly #child: ThreadChild;
  readonly #departure: Departure;

  /** @throws PicklingError for an initializer that cannot cross */
  constructor(options: HostOptions, events: HostEvents) {
    this.#events = events;
    const { name, daemon } = options;
    const { bytes, departure } = encodeJob(jobOf(options), "thread");
    this.#departure = departure;
    const { affinity, resourceLimits } = {} as Record<string, undefined>;
    const rest = { departure, delayMs: 0, affinity, resourceLimits };
    this.#child = new ThreadChild({ name, daemon, payload: bytes, ...rest }, this);
    this.threadId = this.#child.ident;
    this.#child.onRoll(enterRoll({ ident: this.threadId, name, daemon }));
    this.#child.hold(false);
  }

  send(body: Uint8Array): void {
    this.#child.post(body);
  }

  end(): void {
    void this.#child.terminate();
  }

  look(): void {
    this.#child.look();
  }

  pollRequests(): PollRequest[] {
    return [];
  }

  sleep(timeoutMs: number): void {
    this.#child.sleep(timeoutMs);
  }

  hold(on: boolean): void {
    this.#child.hold(on);
  }

  onMessage({ kind, body }: ThreadMessage): void {
    if (kind === Kind.MESSAGE) this.#events.onMessage(body);
    if (kind !== Kind.ERROR) return;
    this.#events.onFailure(codedFailure(body, "thread", `thread ${this.threadId}`).now());
  }

  onEnd(exitCode: number, cause: Error | null): void {
    this.#departure.childEnded();
    if (cause !== null) this.#events.onFailure(cause);
    this.#events.onEnd(exitCode);
  }
}

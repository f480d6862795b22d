/** What a worker runs in, as its crew sees it: a thread or a process, apart from tasks. */
import type { PollRequest } from "../platform/process-platform.ts";
import type { Initializer, WorkerOrder } from "./worker-main.ts";

export interface HostOptions {
  readonly name: string;
  readonly daemon: boolean;
  readonly order: WorkerOrder;
  readonly initializer: Initializer | null;
}

export interface HostEvents {
  /** Bytes from the worker, where there is no shared memory. */
  onMessage(body: Uint8Array): void;
  /** The worker says what it dies of. */
  onFailure(error: unknown): void;
  /** Called once. */
  onEnd(exitCode: number): void;
}

export interface Host {
  readonly pid: number | null;
  readonly threadId: number | null;
  send(body: Uint8Array): void;
  /** Ends it now; a thread in one way, whatever is asked for. */
  end(how: "SIGTERM" | "SIGKILL"): void;
  /** Takes in what has happened, without the event loop. */
  look(): void;
  /** What a wait without the event loop sleeps on; a thread has nothing of the kind. */
  pollRequests(): PollRequest[];
  /** Sleeps until there may be news of it, at most this long. */
  sleep(timeoutMs: number): void;
  /** Keeps the program alive while it runs, or not. */
  hold(on: boolean): void;
}

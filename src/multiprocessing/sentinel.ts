/** What becomes ready when a process ends: `wait` of multiprocessing takes it. */
import { staysHere } from "../carry/stays-here.ts";
import type { SyncWait, Wait } from "../core/deadline.ts";
import { showByToString } from "../core/shown.ts";
import type { PollRequest } from "../platform/process-platform.ts";

interface Ending {
  readonly name: string;
  readonly alive: boolean;
  /** The process that it is a child of, where this one is a copy of that. */
  readonly original?: number | null;
  join(wait?: Wait): Promise<boolean>;
  joinSync(wait?: SyncWait): boolean;
  pollRequests(): PollRequest[];
}

const known = new WeakMap<Ending, Sentinel>();

/** The end of a process as a thing to wait for. It stays with the process that it was made in. */
export class Sentinel {
  readonly #life: Ending;

  private constructor(life: Ending) {
    this.#life = life;
  }

  /** The same object for the same process. */
  static of(life: Ending): Sentinel {
    let sentinel = known.get(life);
    if (sentinel === undefined) known.set(life, (sentinel = new Sentinel(life)));
    return sentinel;
  }

  /** Whether the process has ended. */
  get ready(): boolean {
    return !this.#life.alive;
  }

  /** Waits for the end of the process; false when the time was over first. */
  wait(wait?: Wait): Promise<boolean> {
    return this.#life.join(wait);
  }

  /** `wait`, blocking this thread and its event loop. */
  waitSync(wait?: SyncWait): boolean {
    return this.#life.joinSync(wait);
  }

  /** What a wait without the event loop sleeps on; after it, ask `ready`. */
  pollRequests(): PollRequest[] {
    return this.#life.pollRequests();
  }

  toString(): string {
    const { name, original } = this.#life;
    if (typeof original === "number") return `Sentinel(${name}, of process ${original})`;
    return `Sentinel(${name}, ${this.ready ? "ready" : "alive"})`;
  }

  static {
    showByToString(this);
  }
}

staysHere("a Sentinel", Sentinel, "send the pid of its process");

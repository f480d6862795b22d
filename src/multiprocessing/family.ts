/** Who is who: this process, its parent, its children. */
import {
  Deadline,
  Fuse,
  type SyncWait,
  type Wait,
  signalOf,
  timeAllowed,
} from "../core/deadline.ts";
import { sleepUntilReady } from "../core/descriptor-io.ts";
import { showByToString } from "../core/shown.ts";
import type { PollRequest } from "../platform/process-platform.ts";
import { currentIdentity } from "../workers/identity.ts";
import { currentObject, adoptCurrent } from "../workers/current.ts";
import { parentAlive, parentRequests, whenParentEnds } from "../workers/lifeline.ts";
import { aliveChildren } from "./active-children.ts";
import { Process } from "./process.ts";
import { Sentinel } from "./sentinel.ts";

/** This process: in a child of a subclass of `Process`, an object of that class. */
export function currentProcess(): Process {
  const known = currentObject();
  if (known instanceof Process) return known;
  const self = Object.create(Process.prototype) as Process;
  adoptCurrent(self);
  return self;
}

/** The process that started this one. */
export class ParentProcess {
  /** As it was when this process was started. */
  readonly name: string;
  /** Of the process that started this one, also after its end. */
  readonly pid: number;

  constructor(name: string, pid: number) {
    this.name = name;
    this.pid = pid;
  }

  /** The same as `pid`. */
  get ident(): number {
    return this.pid;
  }

  /** Whether it has not ended; false for good once it did. */
  get alive(): boolean {
    return parentAlive();
  }

  /** Waits for its end; false when the time was over first. */
  async join(wait?: Wait): Promise<boolean> {
    const timeoutMs = timeAllowed(wait);
    const signal = signalOf(wait);
    signal?.throwIfAborted();
    if (!this.alive) return true;
    if (timeoutMs === 0) return false;
    return new Promise<boolean>((resolve, reject) => {
      const settle = (): void => {
        fuse.cut();
        resolve(true);
      };
      const stop = whenParentEnds(settle);
      const onTimeout = (): void => (stop(), resolve(false));
      const onAborted = (): void => (stop(), reject(signal!.reason as Error));
      const fuse = new Fuse(timeoutMs, signal, onTimeout, onAborted);
    });
  }

  /** `join`, blocking this thread and its event loop. */
  joinSync(wait?: SyncWait): boolean {
    const deadline = new Deadline(timeAllowed(wait));
    while (this.alive) {
      if (deadline.passed) return false;
      sleepUntilReady(this.pollRequests(), deadline.remainingMs);
    }
    return true;
  }

  /** Becomes ready when the process ends; for `wait`. */
  get sentinel(): Sentinel {
    return Sentinel.of(this);
  }

  /** @internal */
  pollRequests(): PollRequest[] {
    return parentRequests();
  }

  toString(): string {
    return `ParentProcess(${this.name}, ${this.alive ? "running" : "done"}, pid ${this.pid})`;
  }

  static {
    showByToString(this);
  }
}

let parent: ParentProcess | null | undefined;

/** The process that started this one; null in the main program. */
export function parentProcess(): ParentProcess | null {
  const known = currentIdentity().parent;
  if (known === null) return null;
  if (parent?.pid !== known.pid) parent = new ParentProcess(known.name, known.pid);
  return parent;
}

/** The processes that this one started and that have not ended. */
export function activeChildren(): Process[] {
  return aliveChildren().map((life) => life.face as Process);
}

/** `Process` over threads: a `Thread` that has an exit code. */
import { WorkerDiedError } from "../../errors.ts";
import { startedThreads } from "../../threading/started-threads.ts";
import { Thread } from "../../threading/thread.ts";
import { adoptCurrent, currentObject } from "../../workers/current.ts";
import { providesHandles } from "../../workers/crossing/handle-modules.ts";

// A thread that is sent a lock or a pipe need not have this module.
providesHandles(new URL("./index.js", import.meta.url).href);

/** By which signal a process would have been ended; beside the objects, which travel. */
const stopped = new WeakMap<Process<never>, number>();
const SIGTERM = 15;
const SIGKILL = 9;

/**
 * A thread with the face of a process: `exitCode`, `pid`, `kill`.
 *
 * Differs from Python: threads share no variables, and one that fails has an exit code of 1, not 0.
 */
export class Process<A extends unknown[] = unknown[], R = unknown> extends Thread<A, R> {
  /**
   * Null before the start and while it runs; then what a process would have: 0, 1 after an error
   * that nobody caught, the code given to `process.exit`, or minus the number of the signal.
   */
  get exitCode(): number | null {
    if (this.state === "created" || this.alive) return null;
    const signal = stopped.get(this);
    if (signal !== undefined) return -signal;
    try {
      const error = this.exceptionSync({ timeoutMs: 0 });
      if (error === null) return 0;
      return error instanceof WorkerDiedError ? error.exitCode : 1;
    } catch (error) {
      return error instanceof WorkerDiedError ? error.exitCode : 1;
    }
  }

  /** The process that the thread is in. */
  get pid(): number | null {
    return this.state === "created" ? null : process.pid;
  }

  override async terminate(): Promise<void> {
    await stop(this, SIGTERM);
  }

  /** As `terminate`: a thread cannot be asked to end. */
  async kill(): Promise<void> {
    await stop(this, SIGKILL);
  }
}

/** No private method: what runs in the thread is an object that no constructor made. */
async function stop(self: Process<never>, signal: number): Promise<void> {
  if (self.state !== "created" && self.alive) stopped.set(self, signal);
  await Thread.prototype.terminate.call(self);
}

/** This thread, as a process. */
export function currentProcess(): Process {
  const known = currentObject();
  if (known instanceof Process) return known as Process;
  return (self ??= standIn());
}

let self: Process | undefined;

function standIn(): Process {
  const object = Object.create(Process.prototype) as Process;
  if (currentObject() === null) adoptCurrent(object);
  return object;
}

/** The threads with the face of a process that this thread started and that have not ended. */
export function activeChildren(): Process[] {
  return startedThreads()
    .map(({ face }) => face)
    .filter((face): face is Process => face instanceof Process);
}

/** The errors that tell of a worker that died. */
import { BrokenProcessPool, BrokenThreadPool, WorkerDiedError } from "../errors.ts";
import { describeExit, signalOfExit } from "../workers/exit-signal.ts";
import type { Hand } from "./hand.ts";
import { withOneStack } from "./one-stack.ts";
import type { Task } from "./task.ts";

/** How many workers may die in a row before they have done anything; where others do, more. */
const MOST_STRIKES = 3;
const MOST_STRIKES_BESIDE_OTHERS = 10;

/** A worker died with a task that it ran, or whose generator waited in it. */
export function diedWith(hand: Hand, { name, phase }: Task): WorkerDiedError {
  if (phase !== "parked") return died(hand, `died while it ran ${name}`, name);
  const when = `while ${name} waited in it for its next time slice`;
  const { wasKilled, stopping } = hand;
  if (!wasKilled || stopping === null) return died(hand, `died ${when}`, name);
  const why = `because ${stopping.name}, which ran in it, did not stop when told to`;
  return died(hand, `was replaced ${when}, ${why}`, name);
}

function died(hand: Hand, what: string, task: string | null): WorkerDiedError {
  const { host, name, failure } = hand;
  const { pid, threadId } = host;
  const exitCode = hand.exitCode!;
  const error = failure?.error;
  const how = error instanceof Error ? `${error.name}: ${error.message}` : describeExit(exitCode);
  const where = threadId === null ? `pid ${pid}` : `thread ${threadId}`;
  const message = `worker ${name} (${where}) ${what}: ${how}`;
  const death = { pid, threadId, exitCode, signal: signalOfExit(exitCode), task };
  const options = failure === null ? undefined : { cause: error };
  return threadId === null
    ? new BrokenProcessPool(message, death, options)
    : new BrokenThreadPool(message, death, options);
}

/** What breaks a crew: the death of a worker, or that none could be started. */
export function breachBy(error: Error, reach: "process" | "thread"): WorkerDiedError {
  if (error instanceof WorkerDiedError) return error;
  const Broken = reach === "thread" ? BrokenThreadPool : BrokenProcessPool;
  return new Broken(error.message, {}, { cause: error });
}

/** For everything that comes later, with what broke it as the cause. */
export function brokenFor(error: WorkerDiedError): WorkerDiedError {
  const Broken = error instanceof BrokenThreadPool ? BrokenThreadPool : BrokenProcessPool;
  return new Broken(error.message, error, { cause: error.cause });
}

/** The same for many at once: everything that a crew has when it breaks. */
export function brokenForAll(error: WorkerDiedError): (task: Task) => WorkerDiedError {
  return withOneStack(() => brokenFor(error));
}

/** Whether a crew can go on after a death. */
export class DeathRule {
  readonly #onWorkerDeath: "replace" | "break";
  #strikes = 0;
  /** Whether any task ended since the first strike. */
  #goesOn = false;

  constructor(onWorkerDeath: "replace" | "break") {
    this.#onWorkerDeath = onWorkerDeath;
  }

  /** What breaks the crew; null when it goes on. `task` is what the worker was running. */
  judge(hand: Hand, task: Task | undefined): WorkerDiedError | null {
    if (this.#onWorkerDeath === "break") {
      return task === undefined ? died(hand, "died between tasks", null) : diedWith(hand, task);
    }
    if (task !== undefined || hand.proven) this.#strikes = 0;
    else if (!hand.link.ready && hand.failure !== null) {
      return died(hand, "died before its first task", null);
    } else return this.#strike(hand);
    return null;
  }

  #strike(hand: Hand): WorkerDiedError | null {
    if (this.#strikes++ === 0) this.#goesOn = false;
    const most = this.#goesOn ? MOST_STRIKES_BESIDE_OTHERS : MOST_STRIKES;
    if (this.#strikes < most) return null;
    return died(hand, `died before its first task, as the ${most - 1} before it did`, null);
  }

  /** A task ended. */
  noteProgress(): void {
    this.#goesOn = true;
  }
}

/**
 * What a `run` in debug mode watches: callbacks that hold the loop, tasks that nobody awaits, and
 * cancellations that were caught and forgotten.
 */
import { createHook, type AsyncHook } from "node:async_hooks";
import { isOwnFrame } from "../core/own-frames.ts";
import { currentScope } from "./scope.ts";
import type { Task } from "./task.ts";

interface Running {
  readonly since: number;
  /** Time spent in callbacks that were called inside this one. */
  inside: number;
}

export class TaskDebugger {
  readonly #slowCallbackMs: number;
  readonly #tasks = new Map<Task<unknown>, string>();
  readonly #running: Running[] = [];
  readonly #hook: AsyncHook;

  constructor(slowCallbackMs: number) {
    this.#slowCallbackMs = slowCallbackMs;
    this.#hook = createHook({
      before: () => this.enter(),
      after: () => this.leave(currentScope()?.task.name),
    });
    this.#hook.enable();
  }

  /** Notes where a task was created. */
  created(task: Task<unknown>): void {
    const site: { stack?: string } = {};
    Error.captureStackTrace(site);
    this.#tasks.set(task, callerIn(site.stack ?? ""));
  }

  /** Where a task was created, a line of a stack; undefined when it is not of this run. */
  siteOf(task: Task<unknown>): string | undefined {
    return this.#tasks.get(task);
  }

  /** A task ended as if it had not been cancelled. */
  swallowed(task: Task<unknown>): void {
    warn(
      "MANYHANDS_CANCELLATION_SWALLOWED",
      `${task.name} caught its CancelledError and did not rethrow it; rethrow it, or call ` +
        `task.uncancel() if that is meant${this.#created(task)}`,
    );
  }

  /** The run ends: reports the tasks whose outcome nobody asked for. */
  finish(): void {
    this.#hook.disable();
    for (const task of this.#tasks.keys()) {
      if (task.seen || task.state === "rejected") continue;
      const message = `${task.name} was never awaited${this.#created(task)}`;
      warn("MANYHANDS_NEVER_AWAITED", message);
    }
    this.#tasks.clear();
  }

  /** A callback begins. */
  enter(): void {
    this.#running.push({ since: performance.now(), inside: 0 });
  }

  /** The callback that began last has ended. */
  leave(name = "A callback"): void {
    const ended = this.#running.pop();
    if (ended === undefined) return;
    const took = performance.now() - ended.since;
    const around = this.#running.at(-1);
    if (around !== undefined) around.inside += took;
    const heldMs = took - ended.inside;
    if (heldMs < this.#slowCallbackMs) return;
    warn(
      "MANYHANDS_SLOW_CALLBACK",
      `${name} held the event loop for ${Math.round(heldMs)} ms (limit ${this.#slowCallbackMs} ms)`,
    );
  }

  #created(task: Task<unknown>): string {
    const site = this.#tasks.get(task);
    return site === undefined ? "" : `; created ${site}`;
  }
}

/** The first line of a stack that is not of this library. */
function callerIn(stack: string): string {
  const lines = stack.split("\n").slice(1);
  const caller = lines.find((line) => !isOwnFrame(line)) ?? lines[0] ?? "";
  return caller.trim();
}

function warn(code: string, message: string): void {
  process.emitWarning(message, { type: "AsyncioWarning", code });
}

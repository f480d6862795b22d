/** Who awaits whom. */
import { Future } from "./future.ts";
import type { Scope } from "./scope.ts";
import type { Suspension } from "./suspension.ts";
import { currentTask, Task } from "./task.ts";

/** A future, what it waits for itself, and everybody who waits for it. */
export interface CallGraph {
  /** The one that is asked about, or that awaits it. */
  readonly future: Future<unknown>;
  /** Such as `sleep(100)`, `Lock-1.acquire()` or the name of a task. */
  readonly waitsFor: readonly string[];
  /** Where the task was created, in debug mode. */
  readonly createdAt: string | undefined;
  /** Who awaits it, and who awaits them; nobody at the end of a branch. */
  readonly awaitedBy: readonly CallGraph[];
}

/**
 * The tree of those who wait for a future, directly or through others: by default for the running
 * task; null outside of tasks. A future that waits for itself over others ends its branch.
 */
export function captureCallGraph(future: Future<unknown> | null = currentTask()): CallGraph | null {
  if (future === null) return null;
  if (!(future instanceof Future)) throw new TypeError("a call graph is of a task or a future");
  return graphOf(future, new Set());
}

/** The same as text, one line for each future, those who wait below what they wait for. */
export function formatCallGraph(future: Future<unknown> | null = currentTask()): string {
  const graph = captureCallGraph(future);
  return graph === null ? "no task is running" : linesOf(graph, "", new Set()).join("\n");
}

function graphOf(future: Future<unknown>, path: ReadonlySet<Future<unknown>>): CallGraph {
  const inside = new Set(path).add(future);
  const awaiters = new Set(future.observers.map((observer) => observer.awaiter));
  const task = future instanceof Task ? future : undefined;
  return {
    future,
    waitsFor: task === undefined ? [] : [...waitsIn(task.scope)].map((wait) => wait.describe()),
    createdAt: task?.owner.debug?.siteOf(task),
    awaitedBy: [...awaiters]
      .filter((awaiter) => awaiter !== undefined && !path.has(awaiter))
      .map((awaiter) => graphOf(awaiter!, inside)),
  };
}

function* waitsIn(scope: Scope): Iterable<Suspension> {
  for (let wait = scope.suspension; wait !== undefined; wait = wait.before) yield wait;
  for (const inner of scope.inner) yield* waitsIn(inner);
}

function linesOf(graph: CallGraph, indent: string, shown: Set<Future<unknown>>): string[] {
  const { future, waitsFor, createdAt, awaitedBy } = graph;
  const doing = future.done
    ? future.state
    : waitsFor.length > 0
      ? `waits for ${waitsFor.join(", ")}`
      : future.state;
  const again = shown.has(future) && awaitedBy.length > 0;
  shown.add(future);
  const site = createdAt === undefined ? "" : ` (${createdAt})`;
  const line = `${indent}* ${future.label}: ${doing}${site}`;
  if (awaitedBy.length === 0) return [line];
  if (again) return [line, `${indent}  ... as above`];
  const awaiters = awaitedBy.flatMap((awaiter) => linesOf(awaiter, `${indent}    `, shown));
  return [line, `${indent}  awaited by`, ...awaiters];
}

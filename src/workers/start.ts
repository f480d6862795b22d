/** Picks the implementation of a start method. */
import { forkserverProblem } from "./fork-server.ts";
import { ForkedChild, forkProblem } from "./fork.ts";
import { ForkserverChild } from "./forkserver.ts";
import type { Child, ChildEvents, StartMethod, StartOptions } from "./runtime.ts";
import { SpawnedChild } from "./spawn.ts";

export function startChild(method: StartMethod, options: StartOptions, events: ChildEvents): Child {
  if (method === "fork") return new ForkedChild(options, events);
  if (method === "forkserver") return new ForkserverChild(options, events);
  return new SpawnedChild(options, events);
}

/** Why a start method does not work here; null when it does. */
export function startMethodProblem(method: StartMethod): string | null {
  if (method === "spawn") return null;
  return method === "fork" ? forkProblem() : forkserverProblem();
}

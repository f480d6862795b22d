/** Picks the implementation of a start method. */
import { equipServer, forkserverProblem, wakeServer } from "./fork-server/fork-server.ts";
import { ForkedChild, forkProblem } from "./forking/fork.ts";
import { ForkserverChild } from "./fork-server/forkserver.ts";
import {
  type Child,
  type ChildEvents,
  START_METHODS,
  type StartMethod,
  type StartOptions,
} from "./runtime.ts";
import { knownIdentity } from "./identity.ts";
import { SpawnedChild } from "./spawn.ts";

export function startChild(method: StartMethod, options: StartOptions, events: ChildEvents): Child {
  if (method === "fork") return new ForkedChild(options, events);
  if (method === "forkserver") return new ForkserverChild(options, events);
  return new SpawnedChild(options, events);
}

/** Begins with what a child will need that is started soon. */
export function expectStart(method: StartMethod): void {
  if (method === "forkserver") wakeServer();
}

/** The same where the child is started now. */
export function prepareFor(method: StartMethod): void {
  expectStart(method);
  if (method === "forkserver") equipServer();
}

/** Why a start method does not work here; null when it does. */
export function startMethodProblem(method: StartMethod): string | null {
  if (method === "spawn") return null;
  return method === "fork" ? forkProblem() : forkserverProblem();
}

/** @throws RangeError for a name that is no start method */
export function checkStartMethod(method: unknown): StartMethod {
  if (typeof method !== "string") {
    const what = method === null ? "null" : typeof method;
    throw new TypeError(`startMethod must be a name such as 'spawn', not ${what}`);
  }
  if (START_METHODS.includes(method as StartMethod)) return method as StartMethod;
  const known = START_METHODS.map((name) => `'${name}'`).join(", ");
  throw new RangeError(`There is no start method ${JSON.stringify(method)}; there are ${known}`);
}

/** What children of this process use when nothing was chosen for them; settles nothing. */
export const startMethodHere = (): StartMethod =>
  knownIdentity()?.startMethod ?? defaultStartMethod();

/** What a process uses when nothing was chosen; settles nothing. */
export function defaultStartMethod(): StartMethod {
  const wanted = process.env["MANYHANDS_START_METHOD"];
  if (wanted !== undefined && wanted !== "") return checkStartMethod(wanted);
  return startMethodProblem("forkserver") === null ? "forkserver" : "spawn";
}

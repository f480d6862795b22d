/** `wait` and `waitSync` over connections, processes and their sentinels. */
import { Connection } from "../channels/connections/connection.ts";
import { type Awaitable, waitForAny, waitForAnySync } from "../channels/connections/wait.ts";
import type { SyncWait, Wait } from "../core/deadline.ts";
import { shownKind } from "../core/options.ts";

/** What `wait` takes beside connections: a sentinel, or what has one, such as a Process. */
export type Waited =
  | Connection
  | Awaitable
  | {
      /** Is waited for in the place of the object. */
      readonly sentinel: Awaitable;
    };

/**
 * Waits until at least one of `objects` is ready: a connection that has something to receive, the
 * end of its stream included; a process that ended. Answers all that are, or none when the time ran
 * out.
 * @throws TypeError for what cannot be waited for, the signal's reason
 */
export async function wait<T extends Waited>(objects: Iterable<T>, options?: Wait): Promise<T[]> {
  return waitForAny(thingsOf(objects), options);
}

/** The same, blocking the thread. */
export function waitSync<T extends Waited>(objects: Iterable<T>, options?: SyncWait): T[] {
  return waitForAnySync(thingsOf(objects), options);
}

function thingsOf<T extends Waited>(objects: Iterable<T>): Map<T, Awaitable> {
  const items = objects as Partial<Iterable<T>> | null | undefined;
  if (typeof items?.[Symbol.iterator] !== "function")
    throw new TypeError("wait() takes an iterable of what to wait for, such as an array");
  const things = new Map<T, Awaitable>();
  for (const object of objects) things.set(object, awaitable(object));
  return things;
}

function awaitable(object: unknown): Awaitable {
  if (object instanceof Connection) return object.awaitable;
  if (typeof object === "object" && object !== null) {
    if ("sentinel" in object) return object.sentinel as Awaitable;
    if ("ready" in object && "waitSync" in object) return object as Awaitable;
  }
  throw new TypeError(
    `wait() takes connections, processes and sentinels, not ${shownKind(object)}`,
  );
}

/** Waiting for whichever of several things is ready first. */
import { Deadline, type SyncWait, type Wait, signalOf, timeAllowed } from "../core/deadline.ts";
import { waitBlockingForMany } from "../core/wait-many.ts";
import type { Waitable } from "../core/waitable.ts";
import type { Member } from "../core/member.ts";

/** Something that becomes ready and stays so: a process's end, a message that can be received. */
export interface Awaitable {
  readonly ready: boolean;
  /** Waits until it is ready; false when the time ran out. */
  wait(wait?: Wait): Promise<boolean>;
  /** The same, blocking the thread. */
  waitSync(wait?: SyncWait): boolean;
  /** How to wait for it in shared memory, where that is possible. */
  readonly inMemory?: { readonly member: Member; readonly waitable: Waitable } | undefined;
}

/** How often things are looked at in a blocking wait that nothing in shared memory can end. */
const LOOK_MS = 5;

/**
 * Waits until at least one is ready; answers all that are, in the order given, or none when the
 * time ran out.
 * @throws the signal's reason
 */
export async function waitForAny<T>(things: ReadonlyMap<T, Awaitable>, wait?: Wait): Promise<T[]> {
  const timeoutMs = timeAllowed(wait);
  const signal = signalOf(wait);
  if (signal?.aborted === true) throw signal.reason;
  const already = readyOnes(things);
  if (already.length > 0 || timeoutMs === 0 || things.size === 0) return already;
  const done = new AbortController();
  const stop = (): void => done.abort(signal?.reason);
  signal?.addEventListener("abort", stop, { once: true });
  try {
    const rest = { timeoutMs, signal: done.signal };
    const waits = Array.from(things.values(), (thing) => thing.wait(rest));
    // Those that are still waiting when the first is ready end by the abort below.
    for (const waiting of waits) waiting.catch(() => {});
    await Promise.race(waits);
    return readyOnes(things);
  } finally {
    signal?.removeEventListener("abort", stop);
    done.abort();
  }
}

/** The same, blocking the thread. */
export function waitForAnySync<T>(things: ReadonlyMap<T, Awaitable>, wait?: SyncWait): T[] {
  const timeoutMs = timeAllowed(wait);
  const deadline = new Deadline(timeoutMs);
  if (things.size === 0) return [];
  const all = Array.from(things.values());
  const inMemory = all.map((thing) => thing.inMemory);
  const member = inMemory.find((one) => one !== undefined)?.member;
  if (all.length === 1 || member === undefined) return waitInTurns(things, deadline);
  // Records of one arena are behind one word; what is elsewhere is looked at now and then.
  const here = inMemory.flatMap((one) => (one?.member === member ? [one.waitable] : []));
  const slice = here.length === all.length ? undefined : LOOK_MS;
  waitBlockingForMany(member, here, deadline, () => readyOnes(things).length > 0, slice);
  return readyOnes(things);
}

function waitInTurns<T>(things: ReadonlyMap<T, Awaitable>, deadline: Deadline): T[] {
  const all = Array.from(things.values());
  const slice = all.length === 1 ? Infinity : LOOK_MS;
  for (let turn = 0; ; turn++) {
    const ready = readyOnes(things);
    if (ready.length > 0 || deadline.passed) return ready;
    all[turn % all.length]!.waitSync({ timeoutMs: Math.min(slice, deadline.remainingMs) });
  }
}

function readyOnes<T>(things: ReadonlyMap<T, Awaitable>): T[] {
  return Array.from(things).flatMap(([thing, { ready }]) => (ready ? [thing] : []));
}

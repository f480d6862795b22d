/** Waiting for whichever of several things is ready first. */
import {
  Deadline,
  type SyncWait,
  type Wait,
  onAbort,
  signalOf,
  timeAllowed,
} from "../../core/deadline.ts";
import { settleForTry } from "../../core/block-wait.ts";
import { waitBlockingForAll } from "../../core/wait-all-kinds.ts";
import { waitBlockingForMany } from "../../core/wait-many.ts";
import type { Waitable } from "../../core/waitable.ts";
import type { Member } from "../../core/member.ts";
import type { PollRequest } from "../../platform/process-platform.ts";
import { flushUnsent, unsentRequests } from "./unsent-streams.ts";

/** Something that becomes ready and stays so: a process's end, a message that can be received. */
export interface Awaitable {
  /** Whether a wait would end at once. */
  readonly ready: boolean;
  /** Waits until it is ready; false when the time ran out. */
  wait(wait?: Wait): Promise<boolean>;
  /** The same, blocking the thread. */
  waitSync(wait?: SyncWait): boolean;
  /** How to wait for it in shared memory, where that is possible. */
  readonly inMemory?: { readonly member: Member; readonly waitable: Waitable } | undefined;
  /** What to sleep on otherwise, until it may be ready; then ask `ready`. */
  pollRequests?(): PollRequest[];
}

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
  if (already.length > 0 || things.size === 0) return already;
  if (timeoutMs === 0) return readyByDeath(things);
  const done = new AbortController();
  const stopListening = signal && onAbort(signal, () => done.abort(signal.reason));
  try {
    const rest = { timeoutMs, signal: done.signal };
    const waits = Array.from(things.values(), (thing) => thing.wait(rest));
    // Those that are still waiting when the first is ready end by the abort below.
    for (const waiting of waits) waiting.catch(() => {});
    await Promise.race(waits);
    return readyOnes(things);
  } finally {
    stopListening?.();
    done.abort();
  }
}

/** Those that are ready since somebody died, whom nobody has missed so far. */
function readyByDeath<T>(things: ReadonlyMap<T, Awaitable>): T[] {
  const settled = Array.from(things.values(), ({ inMemory }) => {
    return inMemory !== undefined && settleForTry(inMemory.member, inMemory.waitable);
  });
  return settled.includes(true) ? readyOnes(things) : [];
}

/** The same, blocking the thread. */
export function waitForAnySync<T>(things: ReadonlyMap<T, Awaitable>, wait?: SyncWait): T[] {
  const deadline = new Deadline(timeAllowed(wait));
  const already = readyOnes(things);
  if (already.length > 0 || things.size === 0) return already;
  if (deadline.passed) return readyByDeath(things);
  const all = Array.from(things.values());
  if (all.length === 1) all[0]!.waitSync({ timeoutMs: deadline.remainingMs });
  else sleepUntilAny(all, deadline, () => all.some(({ ready }) => ready));
  return readyOnes(things);
}

/** By one sleep that each of them ends, whatever it is behind. */
function sleepUntilAny(
  all: readonly Awaitable[],
  deadline: Deadline,
  isReady: () => boolean,
): boolean {
  const inMemory = all.flatMap((thing) => thing.inMemory ?? []);
  const byDescriptor = all.filter((thing) => thing.inMemory === undefined);
  const members = new Set(inMemory.map(({ member }) => member));
  const [member] = members;
  if (byDescriptor.length === 0 && members.size === 1) {
    const waitables = inMemory.map(({ waitable }) => waitable);
    return waitBlockingForMany(member!, waitables, deadline, isReady);
  }
  const requests = (): PollRequest[] => [
    ...byDescriptor.flatMap((thing) => thing.pollRequests?.() ?? []),
    ...unsentRequests(),
  ];
  return waitBlockingForAll(inMemory, requests, deadline, () => {
    flushUnsent();
    return isReady();
  });
}

function readyOnes<T>(things: ReadonlyMap<T, Awaitable>): T[] {
  return Array.from(things).flatMap(([thing, { ready }]) => (ready ? [thing] : []));
}

/**
 * Waits that the server does not answer in time, because it is stopped or busy.
 *
 * Only the server knows whether a lock was taken or an item given before a wait was over, so an
 * abort and a deadline wait for its answer, which comes at once as a rule. After a grace the wait
 * ends here without it. What the server gives later is given back, so that a lock does not stay
 * taken and an item is not lost. A barrier whose party left in this way is broken. A `put` cannot
 * be taken back: of one that the server had read, nobody here knows what became of it.
 *
 * A condition's `wait` alone goes on until the server answers: whoever comes back from it has the
 * lock, and only the server can give that.
 */
import type { Abortable } from "./awaited-call.ts";
import { type How, sharedNow } from "./protocol.ts";

/** How long an answer may be late. It begins when this thread sees that it is. */
export const GRACE_MS = 500;

/** How late the server still carries a wait out: its answer comes within the grace then. */
const SLACK_MS = GRACE_MS / 2;

/** How to give back what came late. */
export const GIVE_BACK = "_giveBack";

/** What is known of a method that waits. */
export interface WaitFacts {
  /** At which argument its options are. */
  readonly at: number;
  /** What it gives, or throws, when the time is over; absent where it must not end here. */
  readonly late?: () => unknown;
  /** The method to be called when it has ended so. */
  readonly leave?: string;
  /** Whether what it gives is to be given back when it comes too late. */
  readonly givesBack?: boolean;
}

/**
 * The waits among the methods of a type. Null for types of the users': there what comes last is
 * taken for the options of a wait when it has an AbortSignal.
 */
export type Waits = ReadonlyMap<string, WaitFacts> | null;

/** How a call is to be carried out. @param after the call of the same client that comes first */
export function howToAsk(
  { given, facts, timeoutMs }: Abortable,
  flow: number,
  isShared: boolean,
  after: number,
): number | How {
  // Over sockets the server cannot see what waits on the other link.
  const how = { flow, abortable: given, after: isShared ? 0 : after };
  if (isShared && facts?.late !== undefined && timeoutMs !== Infinity) {
    return { ...how, until: sharedNow() + timeoutMs };
  }
  return given || how.after > 0 ? how : flow;
}

/**
 * In the server: the arguments of a call with the time that its wait has left; undefined when the
 * client waits no more. Whoever is late must not get a lock that nobody would give back at once.
 */
export function inTime(
  args: readonly unknown[],
  how: number | How,
): readonly unknown[] | undefined {
  if (typeof how === "number" || how.until === undefined) return args;
  const leftMs = how.until - sharedNow();
  if (leftMs < -SLACK_MS) return undefined;
  const wait = { ...(args.at(-1) as object), timeoutMs: Math.max(0, leftMs) };
  return [...args.slice(0, -1), wait];
}

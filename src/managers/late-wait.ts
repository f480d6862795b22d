/**
 * Waits that the server does not answer in time, because it is stopped or busy.
 *
 * Only the server knows whether a lock was taken or an item given before a wait was over, so an
 * abort and a deadline wait for its answer, which comes at once as a rule. After a grace the wait
 * ends here without it. What the server gives later is given back, so that a lock does not stay
 * taken and an item is not lost. Waits whose outcome cannot be taken back (a queue's `put`, a
 * barrier's and a condition's `wait`) go on until the server answers.
 */
/** How long an answer may be late. It begins when this thread sees that it is. */
export const GRACE_MS = 500;

/** How to give back what came late. */
export const GIVE_BACK = "_giveBack";

/** What is known of a method that waits. */
export interface WaitFacts {
  /** At which argument its options are. */
  readonly at: number;
  /** What it gives, or throws, when the time is over; absent where it must not end here. */
  readonly late?: () => unknown;
  /** Whether what it gives is to be given back when it comes too late. */
  readonly givesBack?: boolean;
}

/**
 * The waits among the methods of a type. Null for types of the users': there what comes last is
 * taken for the options of a wait when it has an AbortSignal.
 */
export type Waits = ReadonlyMap<string, WaitFacts> | null;

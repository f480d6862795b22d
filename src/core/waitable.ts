/** What a primitive says about one way of waiting; the core does the rest. */

/** What `attempt` answers when it cannot go on; all other answers are tokens, zero or more. */
export const WAIT = -1;
/** The token of a wait whose time ran out. */
export const TIMED_OUT = -2;

/** Everything in it runs under the latch of `home`'s bucket, and may wake others there. */
export interface Waitable {
  /** The block under whose latch this happens. */
  readonly home: number;
  /** What the record is queued for, unless `attempt` moved it. */
  readonly key: number;
  /** The flow that waits, for the record; 0 is the thread itself. */
  readonly flow?: number;
  /**
   * A token if the waiter need not wait (any more), or WAIT. `record` is queued except at the first
   * attempt. It may grant the record, like any other, and then answers WAIT. May run for no reason;
   * at the end of a wait's first attempt, WAIT queues the record.
   */
  attempt(record: number): number;
  /** The time is over: TIMED_OUT, another token, or WAIT to go on without a deadline. */
  expire?(record: number): number;
  /**
   * Runs once, right after the record was queued and without the latch. Answers WAIT, or ends the
   * wait with a token after it took the record back by `withdraw`.
   */
  queued?(record: number): number;
  /** Ids of those whose death would leave this waiter stranded. */
  dependsOn?(): Iterable<number>;
}

/** What a model is: the threads to interleave, and what must hold whatever their order. */

/** How a thread of a model sees itself and the model. */
export interface Self {
  readonly index: number;
  readonly words: Int32Array;
  /**
   * Adds to a number that belongs to the model (0 to 499), at once with the step before; returns
   * what it was. With a delta of zero it only reads.
   */
  readonly note: (ghost: number, delta: number) => number;
  /** Makes `fill` a step in another array over the same memory. */
  follow(words: Int32Array): void;
  /** Whether another thread of the model was not killed. */
  readonly isAlive: (thread: number) => boolean;
  readonly assert: (holds: boolean, otherwise: string) => void;
}

/** What invariants and the end of a schedule look at; atomics act at once there. */
export interface Outcome {
  readonly words: Int32Array;
  /** The threads that were killed. */
  readonly killed: readonly number[];
  /** A number that the threads noted. */
  readonly noted: (ghost: number) => number;
  readonly assert: (holds: boolean, otherwise: string) => void;
}

export interface Model {
  /**
   * Functions that do their whole work synchronously and build all that is their own anew (they are
   * run many times). They must not catch what an operation throws.
   */
  readonly threads: readonly ((self: Self) => void)[];
  /** How much memory they share, in bytes; default 4096. */
  readonly memoryBytes?: number;
  /** Runs once, alone, on memory of zeros. */
  setup?(words: Int32Array): void;
  /** Checked after each step that changes something. */
  invariant?(outcome: Outcome): void;
  /** Runs at the end of each schedule; what it changes is taken back. */
  final?(outcome: Outcome): void;
  /** How often a thread that could go on is interrupted by another; default 2. */
  readonly preemptions?: number;
  /** How many threads are killed; default 0. */
  readonly kills?: number;
  /** Which threads may be killed; default all. */
  readonly mortal?: readonly number[];
  /** How many sleeps end while others could still go on; default 0. */
  readonly alarms?: number;
  /** Sleeps of exactly these lengths are slices; default 250 and 10. */
  readonly slicesMs?: readonly number[];
  /** How long, in the time of the model, it may take until all is done; default 2000. */
  readonly patienceMs?: number;
  /** Schedules that are tried at random after the search, with any number of preemptions. */
  readonly samples?: number;
  readonly seed?: number;
  /** Ends the search, incomplete, after so many schedules. */
  readonly mostSchedules?: number;
  /** What a word is called in the schedule that is printed. */
  nameOf?(index: number): string;
}

/** What a search did. */
export interface Tally {
  schedules: number;
  steps: number;
  states: number;
  /** False when it was ended by `mostSchedules`. */
  complete: boolean;
}

/** Something that must hold did not; the message tells the schedule that leads there. */
export class ModelFailure extends Error {
  override readonly name = "ModelFailure";
}

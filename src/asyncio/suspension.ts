/**
 * One await of this library that has not come back yet, in the list of the scope it belongs to.
 * Cancelling a scope means cancelling its suspensions.
 */
import type { CancelledError } from "../errors.ts";
import type { Scope } from "./scope.ts";

export abstract class Suspension {
  /** The three are kept by `Scope`. */
  scope: Scope | undefined = undefined;
  before: Suspension | undefined = undefined;
  after: Suspension | undefined = undefined;

  /**
   * Ends the await because its scope is cancelled. False when it is too late for that: its outcome
   * is on the way already, and the cancellation must look for another await.
   */
  abstract cancel(reason: CancelledError): boolean;

  /** Forgets the await: it neither comes back nor keeps anything busy. */
  abstract drop(): void;

  /** What is waited for, in a few words, such as `sleep(100)`. */
  abstract describe(): string;
}

/** A proxy of a condition: predicates are looked at here, in the client. */
import {
  Deadline,
  givenSignal,
  type SyncWait,
  timeAllowed,
  type Wait,
} from "../../core/deadline.ts";
import { holdsNow } from "../../sync/predicate.ts";
import { checkFunction } from "./contents.ts";
import { LockProxy } from "./lock-proxy.ts";

export class ConditionProxy extends LockProxy {
  /**
   * Waits until `predicate` answers true, which is asked under the lock after each notification.
   * Answers what it answered last.
   */
  async waitFor(predicate: () => unknown, wait: Wait = {}): Promise<boolean> {
    const deadline = new Deadline(timeAllowed(wait));
    checkFunction(predicate, "waitFor");
    givenSignal(wait);
    for (;;) {
      if (await predicate()) return true;
      if (deadline.passed) return false;
      await this._callMethod("wait", [{ ...wait, ...within(deadline) }]);
    }
  }

  /** The same, blocking the thread. */
  waitForSync(predicate: () => unknown, wait: SyncWait = {}): boolean {
    const deadline = new Deadline(timeAllowed(wait));
    checkFunction(predicate, "waitForSync");
    while (!holdsNow(predicate, "waitForSync")) {
      if (deadline.passed) return false;
      this._callMethodSync("wait", [within(deadline)]);
    }
    return true;
  }
}

function within(deadline: Deadline): SyncWait {
  const { remainingMs } = deadline;
  return remainingMs === Infinity ? {} : { timeoutMs: remainingMs };
}

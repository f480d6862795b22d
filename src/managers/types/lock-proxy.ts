/** A proxy of a lock or semaphore: the forms that give back by themselves are the client's. */
import type { SyncWait, Wait } from "../../core/deadline.ts";
import { inFlow } from "../../core/flow.ts";
import { TimeoutError } from "../../errors.ts";
import { BaseProxy } from "../proxy.ts";
import { RemoteGuard } from "../remote-guard.ts";
import { NOT_TAKEN, TAKEN_ABANDONED } from "./lock.ts";

export class LockProxy extends BaseProxy {
  /** Waits until it is ours; false when the time ran out. */
  async acquire(wait?: Wait): Promise<boolean> {
    return this.#isTaken(await this._callMethod("_take", wait === undefined ? [] : [wait]));
  }

  acquireSync(wait?: SyncWait): boolean {
    return this.#isTaken(this._callMethodSync("_take", wait === undefined ? [] : [wait]));
  }

  #isTaken(how: unknown): boolean {
    if (how === TAKEN_ABANDONED) this.#warn();
    return how !== NOT_TAKEN;
  }

  /**
   * Waits until it is ours: `await using _ = await lock.hold()`.
   * @throws TimeoutError when the time ran out
   */
  async hold(wait?: Wait): Promise<RemoteGuard> {
    const how = await this._callMethod("_take", wait === undefined ? [] : [wait]);
    return this.#guard(how, wait);
  }

  /** Blocks the thread until it is ours: `using _ = lock.holdSync()`. */
  holdSync(wait?: SyncWait): RemoteGuard {
    return this.#guard(this._callMethodSync("_take", wait === undefined ? [] : [wait]), wait);
  }

  #guard(how: unknown, wait: SyncWait | undefined): RemoteGuard {
    if (!this.#isTaken(how)) {
      throw new TimeoutError(`${this.toString()} could not be had within ${wait?.timeoutMs} ms`);
    }
    return new RemoteGuard(this, how === TAKEN_ABANDONED);
  }

  /** Runs `fn` here while it is ours, and gives it back however `fn` ends. */
  async run<R>(fn: () => R | Promise<R>, wait?: Wait): Promise<R> {
    if (typeof fn !== "function") throw new TypeError(`run() takes a function, not ${typeof fn}`);
    return inFlow(async () => {
      const guard = await this.hold(wait);
      try {
        return await fn();
      } finally {
        await guard.release();
      }
    });
  }

  /** The same, blocking the thread where it waits. */
  runSync<R>(fn: () => R, wait?: SyncWait): R {
    if (typeof fn !== "function") throw new TypeError(`runSync() takes a function`);
    const guard = this.holdSync(wait);
    try {
      return fn();
    } finally {
      guard.releaseSync();
    }
  }

  #warn(): void {
    process.emitWarning(
      `${this.toString()} was abandoned: the client that held it is gone; ` +
        `what it protects may be half changed`,
      { type: "AbandonedLockWarning", code: "MANYHANDS_ABANDONED_LOCK" },
    );
  }
}

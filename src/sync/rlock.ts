/** A lock that its owner may take again. */
import { DeadlockError, NotOwnerError } from "../errors.ts";
import { registerKind } from "../core/kinds.ts";
import { isDetecting } from "./deadlock.ts";
import { noteRelease } from "./held-locks.ts";
import { KIND_RLOCK } from "./kinds.ts";
import { Lock, settleLock } from "./lock.ts";
import { show } from "./holders.ts";
import { depthOf, dropSlow, flowOf, isOurs, setHolder, tryDrop, tryTake } from "./lock-word.ts";
import { forgetOrder } from "./lock-order.ts";
import { BARE, SYNC, flowNow, isSameOwner, mayRelease } from "./owner-flow.ts";
import type { MemberOf, NameOptions } from "./shared-object.ts";

const SUSPICIOUS_MS = 1_000;
let warned = false;

/**
 * A re-entrant lock. Its owner is a flow of asynchronous code (the inside of a `run()`, a task, the
 * target of a thread or process), or with the Sync forms the thread. A bare `acquire()` or `hold()`
 * outside all flows is an owner of its own and does not nest.
 *
 * Differs from Python: only there is every caller in a thread the same owner, since no two pieces of
 * its code are inside one thread at a time.
 */
export class RLock extends Lock {
  constructor(memberOf: MemberOf, options?: NameOptions) {
    super(memberOf, options, KIND_RLOCK);
  }

  /** How often its owner holds it; 0 when it is free. */
  get depth(): number {
    const { block } = this.handle;
    return this.locked ? Math.max(1, depthOf(this.member, block)) : 0;
  }

  /**
   * Gives back one level.
   * @throws NotOwnerError when another flow or thread holds it, or nobody
   */
  override release(): void {
    const { member } = this;
    const { block } = this.handle;
    if (!isOurs(member, block) || !this.mayRelease()) throw this.#notOurs();
    this.#giveBack();
  }

  #giveBack(): void {
    const { member } = this;
    const { block } = this.handle;
    const depth = depthOf(member, block);
    if (depth > 1) return setHolder(member, block, flowOf(member, block), depth - 1);
    if (isDetecting(member)) noteRelease(this);
    if (!tryDrop(member, block)) dropSlow(member, block);
  }

  protected override mayRelease(): boolean {
    return mayRelease(flowOf(this.member, this.handle.block));
  }

  #notOurs(): NotOwnerError {
    return new NotOwnerError(
      `RLock ${JSON.stringify(this.name)} is released by code that does not hold it; it is ` +
        this.describe(),
    );
  }

  protected override describe(): string {
    return this.depth > 1 ? `${super.describe()}, ${this.depth} deep` : super.describe();
  }

  protected override flowNow(sync: boolean): number {
    return flowNow(sync);
  }

  protected override enter(flow: number): boolean {
    const { member } = this;
    const { block } = this.handle;
    if (tryTake(member, block)) {
      setHolder(member, block, flow, 1);
      return true;
    }
    if (!isOurs(member, block)) return false;
    const held = flowOf(member, block);
    if (!isSameOwner(held, flow)) return false;
    setHolder(member, block, held, depthOf(member, block) + 1);
    return true;
  }

  protected override leave(flow: number): void {
    const { member } = this;
    const { block } = this.handle;
    const held = flowOf(member, block);
    const ours = isOurs(member, block);
    if (!ours || (held !== flow && !isSameOwner(held, flow))) throw this.#notOurs();
    this.#giveBack();
  }

  /** A thread that blocks for a lock which its own asynchronous code holds waits for ever. */
  protected override aboutToWait(flow: number, timeoutMs: number): (() => void) | undefined {
    const { member } = this;
    if (!isOurs(member, this.handle.block)) return undefined;
    if (flow === BARE) return this.#warnLater();
    if (flow > 0 && (flow & SYNC) !== 0 && timeoutMs === Infinity) throw this.#hopeless();
    return undefined;
  }

  #hopeless(): DeadlockError {
    const who = show(this.owner);
    return new DeadlockError(
      `RLock ${JSON.stringify(this.name)} is held by asynchronous code of this thread, which ` +
        `cannot go on while the thread blocks for it; await hold() or run() instead`,
      [{ lock: this.name, heldBy: who, waitedBy: who }],
    );
  }

  #warnLater(): () => void {
    const timer = setTimeout(() => {
      if (warned) return;
      warned = true;
      process.emitWarning(
        `RLock ${JSON.stringify(this.name)} has been waited for in the thread that holds it for ` +
          `over a second. Outside run(), a task or a target, acquire() and hold() do not nest`,
        { type: "NestedLockWarning", code: "MANYHANDS_NESTED_LOCK" },
      );
    }, SUSPICIOUS_MS);
    timer.unref();
    return () => clearTimeout(timer);
  }
}

registerKind(KIND_RLOCK, {
  name: "RLock",
  shared: true,
  settle: settleLock,
  destroy: forgetOrder,
});

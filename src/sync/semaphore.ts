/** Counts permits: at most so many are inside at a time, or so many signals are waiting. */
import { registerKind } from "../core/kinds.ts";
import { bucketFor, count } from "../core/queues.ts";
import { type Waitable, WAIT } from "../core/waitable.ts";
import { latched } from "../core/wake.ts";
import { Holdable } from "./holdable.ts";
import { KIND_SEMAPHORE } from "./kinds.ts";
import { checkCount } from "./numbers.ts";
import {
  PERMIT_WORDS,
  attemptPermit,
  initialOf,
  initialise,
  permitHolders,
  putBack,
  settlePermits,
  valueOf,
} from "./permits.ts";
import type { MemberOf, NameOptions } from "./shared-object.ts";

/**
 * A counter of permits, taken one at a time, and given in order of arrival. Anyone may release,
 * also without having acquired. Permits of a thread that died come back, up to the initial value.
 */
export class Semaphore extends Holdable {
  constructor(memberOf: MemberOf, value: number, options?: NameOptions, bounded = false) {
    checkCount(value, "value", 0);
    super(memberOf, KIND_SEMAPHORE, PERMIT_WORDS, options);
    if (this.isNew) initialise(this.member, this.handle.block, value, bounded);
  }

  /**
   * Gives `n` permits back, or new ones.
   * @throws RangeError when `n` is below 1, or the counter would exceed its limit
   */
  release(n = 1): void {
    checkCount(n, "n", 1);
    if (putBack(this.member, this.handle.block, n)) return;
    throw new RangeError(
      `${this.constructor.name} ${JSON.stringify(this.name)} is released too often: ` +
        `${this.value} + ${n} permits would be more than ${this.most}`,
    );
  }

  /** How many permits are left. */
  get value(): number {
    return valueOf(this.member, this.handle.block);
  }

  /** How many wait for a permit. */
  get waiting(): number {
    const bucket = bucketFor(this.handle.block);
    const { member } = this;
    return latched(member, bucket, () => count(member.arena, bucket, this.handle.block));
  }

  /** How many permits there can be. */
  protected get most(): number {
    return initialOf(this.member, this.handle.block);
  }

  protected describe(): string {
    const state = `${this.value} of ${initialOf(this.member, this.handle.block)} left`;
    return this.waiting === 0 ? state : `${state}, ${this.waiting} waiting`;
  }

  protected why(): string {
    return this.describe();
  }

  protected flowNow(_sync: boolean): number {
    return 0;
  }

  protected tryAs(flow: number): boolean {
    return this.enter(flow);
  }

  protected enter(_flow: number): boolean {
    const { member, handle } = this;
    const attempt = () => attemptPermit(member, handle.block);
    return latched(member, bucketFor(handle.block), attempt) !== WAIT;
  }

  protected leave(_flow: number): void {
    this.release();
  }

  protected waitFor(_flow: number): Waitable {
    const { member } = this;
    const { block } = this.handle;
    return {
      home: block,
      key: block,
      attempt: () => attemptPermit(member, block),
      dependsOn: () => permitHolders(member, block),
    };
  }
}

registerKind(KIND_SEMAPHORE, { name: "Semaphore", shared: true, settle: settlePermits });

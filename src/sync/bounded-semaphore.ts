/** A semaphore that never has more permits than at its start. */
import { Semaphore } from "./semaphore.ts";
import type { MemberOf, NameOptions } from "./shared-object.ts";

/** A semaphore whose `release` beyond the initial value is a RangeError and changes nothing. */
export class BoundedSemaphore extends Semaphore {
  constructor(memberOf: MemberOf, value: number, options?: NameOptions) {
    super(memberOf, value, options, true);
  }
}

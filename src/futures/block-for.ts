/** Blocking until several results are there, whichever executors they come from. */
import { Deadline } from "../core/deadline.ts";
import { napSync } from "../core/nap.ts";
import { Crew } from "../crew/crew.ts";
import { StateError } from "../errors.ts";
import type { Settlement } from "../pool/settlement.ts";

/**
 * Blocks until `isDone`, or false when the time is over.
 * @throws StateError when nobody can settle any of them meanwhile
 */
export function blockFor(
  settlements: readonly Settlement<unknown>[],
  isDone: () => boolean,
  deadline: Deadline,
): boolean {
  while (!isDone()) {
    const pending = settlements.filter((settlement) => !settlement.done);
    for (const { limit } of pending) limit?.look();
    if (isDone()) return true;
    if (deadline.passed) return false;
    const crews = new Set<Crew>();
    for (const { work } of pending) if (work !== undefined) crews.add(work.crew);
    const nextLimit = Math.min(...pending.map(({ limit }) => limit?.remainingMs ?? Infinity));
    const most = Math.min(nextLimit, deadline.remainingMs);
    if (crews.size === 0) sleep(most);
    else Crew.waitForAnySync(crews, isDone, new Deadline(most));
  }
  return true;
}

function sleep(ms: number): void {
  if (ms === Infinity) {
    throw new StateError(
      "These futures belong to no executor: nothing can settle them while this thread blocks",
    );
  }
  napSync(ms);
}

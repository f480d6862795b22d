/** Blocking until several results are there, whichever executors they come from. */
import { Deadline } from "../core/deadline.ts";
import { napSync } from "../core/nap.ts";
import { StateError } from "../errors.ts";
import type { Blocking, Settlement } from "../pool/settlement.ts";

/** How long one executor is looked at before the others are, when there are several. */
const TURN_MS = 5;

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
    const crews = new Set<Blocking>();
    for (const { work } of pending) if (work !== undefined) crews.add(work.crew);
    const nextLimit = Math.min(...pending.map(({ limit }) => limit?.remainingMs ?? Infinity));
    const most = Math.min(nextLimit, deadline.remainingMs, crews.size > 1 ? TURN_MS : Infinity);
    if (crews.size === 0) sleep(most);
    for (const crew of crews) crew.waitSync(isDone, new Deadline(most));
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

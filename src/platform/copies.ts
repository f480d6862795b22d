/**
 * What has to be put right in a forked copy of this process, whichever layer knows of it, and
 * whichever copy of this package: one of them forks, and all have been copied.
 */
import { StateError } from "../errors.ts";

const REPAIRS = Symbol.for("manyhands.repairs");
const SEPARATIONS = Symbol.for("manyhands.separations");
/** @param kept what was handed to the copy, as arguments of what it runs */
type Repair = (kept: ReadonlySet<unknown>) => void;
type Lists = { [REPAIRS]?: Repair[]; [SEPARATIONS]?: (() => void)[] };
const repairs = ((globalThis as Lists)[REPAIRS] ??= []);
const separations = ((globalThis as Lists)[SEPARATIONS] ??= []);

/** Has `repair` run in every copy of this process: what it knew of the original does not hold. */
export function onCopy(repair: Repair): void {
  repairs.push(repair);
}

/**
 * Refuses what only the process that made something can do, in a copy of it.
 * @throws StateError
 */
export function expectOriginal(name: string, pid: number): void {
  if (pid === process.pid) return;
  throw new StateError(
    `${name} belongs to process ${pid}, of which this one is a copy; make one here`,
  );
}

/** To be called in a copy, once. */
export function repairAll(kept: ReadonlySet<unknown>): void {
  for (const repair of repairs) repair(kept);
}

/**
 * Has `forget` run in a copy in which nothing goes on that the original had begun: its timers and
 * immediates are gone, so who waits for one of them would wait for ever.
 */
export function onSeparation(forget: () => void): void {
  separations.push(forget);
}

/** To be called in such a copy, once. */
export function separateAll(): void {
  for (const forget of separations) forget();
}

/** What has to be put right in a forked copy of this process, whichever layer knows of it. */

const repairs: (() => void)[] = [];

/** Has `repair` run in every copy of this process: what it knew of the original does not hold. */
export function onCopy(repair: () => void): void {
  repairs.push(repair);
}

/** To be called in a copy, once. */
export function repairAll(): void {
  for (const repair of repairs) repair();
}

/** What other modules import: one that stays as it is, and one that may change. */
export const MOST_STEPS = 12;
export let steps = 3;

setImmediate(() => steps++);

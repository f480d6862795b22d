/**
 * The files by which modules of the program have imported parts of this library. Where a child
 * loads the same modules, it will load those files too.
 */
const ENTRIES = Symbol.for("manyhands.entries");
/** Each of them finds this here. */
const entries = ((globalThis as { [ENTRIES]?: string[] })[ENTRIES] ??= []);

/** Said by each: the build puts this function into them. */
export function noteEntry(url: string): void {
  entries.push(url);
}

export function notedEntries(): readonly string[] {
  return entries;
}

/**
 * What is noted when modules of the program import parts of this library: the files by which they
 * do, since where a child loads the same modules, it will load those files too; and the working
 * directory, which is the one that relative paths among Node's options were meant for.
 */
const ENTRIES = Symbol.for("manyhands.entries");
const DIRECTORY = Symbol.for("manyhands.directory");
/** Each of them finds this here. */
const noted = globalThis as { [ENTRIES]?: string[]; [DIRECTORY]?: string };
const entries = (noted[ENTRIES] ??= []);

/** Said by each: the build puts this function into them. */
export function noteEntry(url: string): void {
  entries.push(url);
  try {
    noted[DIRECTORY] ??= process.cwd();
  } catch {
    // It was removed.
  }
}

export function notedEntries(): readonly string[] {
  return entries;
}

/** The working directory of the program before it could change it. */
export function firstDirectory(): string {
  return noted[DIRECTORY] ?? process.cwd();
}

/**
 * What is noted when modules of the program import parts of this library: the files by which they
 * do, since where a child loads the same modules, it will load those files too; which namespace is
 * whose, since a namespace itself does not tell; and the working directory, which is the one that
 * relative paths among Node's options were meant for.
 */
const ENTRIES = Symbol.for("manyhands.entries");
const NAMESPACES = Symbol.for("manyhands.entryNamespaces");
const DIRECTORY = Symbol.for("manyhands.directory");
/** Each of them finds this here. */
const noted = globalThis as {
  [ENTRIES]?: string[];
  [NAMESPACES]?: WeakMap<object, string>;
  [DIRECTORY]?: string;
};
const entries = (noted[ENTRIES] ??= []);
const namespaces = (noted[NAMESPACES] ??= new WeakMap());

/** Said by each, of itself where it is an ES module: the build puts this function into them. */
export function noteEntry(url: string, namespace?: object): void {
  entries.push(url);
  if (namespace !== undefined) namespaces.set(namespace, url);
  try {
    noted[DIRECTORY] ??= process.cwd();
  } catch {
    // It was removed.
  }
}

export function notedEntries(): readonly string[] {
  return entries;
}

/** By which file a namespace of this library is imported; undefined for any other. */
export function entryOf(namespace: object): string | undefined {
  return namespaces.get(namespace);
}

/** The working directory of the program before it could change it. */
export function firstDirectory(): string {
  return noted[DIRECTORY] ?? process.cwd();
}

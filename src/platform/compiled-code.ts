/**
 * Code that V8 has compiled, for the next thread or process that runs the same program.
 *
 * The first children of a kind are asked for it, and threads after them for files that none of them
 * had loaded. While they work, or when they have done so, they say what V8 has compiled of the
 * library's files, and their parent gives that to those that come later. What another V8 made, or
 * the same under other options, V8 refuses by itself, and compiles as ever. It does not look into
 * the code, so that is handed over by ways that nobody else has.
 */
import type { Script } from "node:vm";

/** What V8 compiled of each file, by its path. */
export type Compiled = ReadonlyMap<string, Uint8Array>;

interface CompiledCode {
  readonly given: Compiled;
  /** Files whose code V8 did not take. */
  readonly refused: string[];
  /** What was loaded here without being given, where the parent wants to have it. */
  scripts: Map<string, Script> | null;
}

const OWN = Symbol.for("manyhands.compiled");
/** Each copy of the code that loads our files finds this here. */
const place = globalThis as { [OWN]?: CompiledCode };

/** In a child, before any other file is loaded. */
export function useCompiled(given: Compiled, wanted: boolean): void {
  place[OWN] = { given, refused: [], scripts: wanted ? new Map() : null };
}

/** A report of coverage is to count what V8 compiles as ever, and where Node has it. */
export function countsCoverage(env: NodeJS.ProcessEnv): boolean {
  return (env["NODE_V8_COVERAGE"] ?? "") !== "";
}

export function compiledOf(path: string): Uint8Array | undefined {
  return place[OWN]?.given.get(path);
}

export function noteScript(path: string, script: Script): void {
  const own: CompiledCode = (place[OWN] ??= { given: new Map(), refused: [], scripts: new Map() });
  if (script.cachedDataRejected === true) own.refused.push(path);
  if (!own.given.has(path)) own.scripts?.set(path, script);
}

/** What V8 has compiled by now of the files that were not given. */
export function compiledHere(): Compiled {
  const scripts = place[OWN]?.scripts ?? new Map<string, Script>();
  return new Map(Array.from(scripts, ([path, script]) => [path, script.createCachedData()]));
}

/** Whether the parent wants to know what V8 compiles here, and has not been told. */
export function compiledWanted(): boolean {
  return (place[OWN]?.scripts ?? null) !== null;
}

export function compiledGiven(): boolean {
  return (place[OWN]?.given.size ?? 0) > 0;
}

/** What V8 has compiled here by now; null if that is nothing, or not wanted. To be asked once. */
export function collectCompiled(): Compiled | null {
  const scripts = place[OWN]?.scripts ?? null;
  if (scripts === null || scripts.size === 0) return null;
  const compiled = compiledHere();
  place[OWN]!.scripts = null;
  return compiled;
}

/** The options of `Process`, and what is wrong with some. */
import { inheritableExecArgv } from "../workers/exec-argv.ts";
import type { StartMethod, StdioChoice } from "../workers/runtime.ts";
import { checkStartMethod } from "./start-methods.ts";

/** A function that can run elsewhere. */
export type Fn<A extends unknown[], R> = (...args: A) => R | Promise<R>;

export interface ProcessOptions<A extends unknown[] = unknown[], R = unknown> {
  /** What the process runs; absent in a subclass that overrides `run`. */
  readonly target?: Fn<A, R>;
  readonly args?: A;
  /** When given, passed as one last argument. */
  readonly kwargs?: object;
  readonly name?: string;
  /** Ends with its parent and may not have children; as the parent is, unless given. */
  readonly daemon?: boolean;
  readonly startMethod?: StartMethod;
  /** Imports the main script in the child instead of carrying from it. */
  readonly importMain?: boolean;
  /** The environment instead of the parent's. */
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Options of Node instead of the parent's; a process with others than those is spawned. */
  readonly execArgv?: readonly string[];
  /** `"inherit"`, `"ignore"`, `"pipe"`, or one of these or a descriptor for each stream. */
  readonly stdio?: StdioChoice | readonly [StdioChoice, StdioChoice, StdioChoice];
  /** The processors it may run on. */
  readonly affinity?: readonly number[];
}

export function checkOptions<A extends unknown[], R>(
  options: ProcessOptions<A, R>,
): typeof options {
  if (typeof options !== "object" || options === null) {
    throw new TypeError("new Process takes one object: { target, args, name, … }");
  }
  const { target, args, kwargs, name, daemon, startMethod, execArgv, affinity } = options;
  if (target !== undefined && typeof target !== "function") {
    throw new TypeError(`target must be a function, not ${typeof target}`);
  }
  if (args !== undefined && !Array.isArray(args)) throw new TypeError("args must be an array");
  if (kwargs !== undefined && (typeof kwargs !== "object" || kwargs === null)) {
    throw new TypeError("kwargs must be an object");
  }
  if (name !== undefined && typeof name !== "string") throw new TypeError("name must be a string");
  if (daemon !== undefined && typeof daemon !== "boolean") {
    throw new TypeError("daemon must be true or false");
  }
  if (startMethod !== undefined) checkStartMethod(startMethod);
  checkExecArgv(execArgv, startMethod);
  if (affinity !== undefined) {
    if (affinity.length === 0) throw new RangeError("affinity must name at least one processor");
    for (const cpu of affinity) {
      if (!Number.isInteger(cpu) || cpu < 0) throw new RangeError(`There is no processor ${cpu}`);
    }
  }
  return options;
}

function checkExecArgv(execArgv: unknown, method: StartMethod | undefined): void {
  if (execArgv === undefined) return;
  if (!Array.isArray(execArgv) || !execArgv.every((option) => typeof option === "string")) {
    throw new TypeError('execArgv must be an array of options such as ["--expose-gc"]');
  }
  if (method === undefined || method === "spawn" || !needsFreshNode(execArgv)) return;
  throw new RangeError(
    `execArgv does not go with startMethod '${method}', whose processes are copies and keep the ` +
      "options of what they are copies of; give 'spawn', or leave one of the two out",
  );
}

/** Whether options of Node are others than a process gets anyhow. */
export function needsFreshNode(execArgv: readonly string[] | undefined): boolean {
  if (execArgv === undefined) return false;
  const isSame = (usual: readonly string[]): boolean =>
    usual.length === execArgv.length && usual.every((option, at) => option === execArgv[at]);
  return !isSame(inheritableExecArgv()) && !isSame(process.execArgv);
}

export function streamsOf(
  stdio: StdioChoice | readonly [StdioChoice, StdioChoice, StdioChoice] = "inherit",
): readonly [StdioChoice, StdioChoice, StdioChoice] {
  if (Array.isArray(stdio)) return stdio as [StdioChoice, StdioChoice, StdioChoice];
  const all = stdio as StdioChoice;
  // A child has no business with the terminal's input, unless it is given it.
  return [all === "pipe" ? "pipe" : "ignore", all, all];
}

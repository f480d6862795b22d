/** The options of `Process`, and what is wrong with some. */
import { TARGET_NAMES } from "../core/option-names.ts";
import { areOptions, checkFlag, isRecord } from "../core/options.ts";
import { checkAffinity } from "../os/affinity.ts";
import { inheritableExecArgv } from "../workers/exec-argv.ts";
import type { GivenArguments } from "../workers/given-arguments.ts";
import type { StartMethod, StdioChoice } from "../workers/runtime.ts";
import { checkStartMethod } from "./start-methods.ts";

/** A function that can run elsewhere. */
export type Fn<A extends unknown[], R> = (...args: A) => R | Promise<R>;

type StreamChoices =
  | Exclude<StdioChoice, number>
  | readonly [stdin: StdioChoice, stdout: StdioChoice, stderr: StdioChoice];

interface Settings<A extends unknown[], R> {
  /** What the process runs; absent in a subclass that overrides `run`. */
  readonly target?: Fn<A, R>;
  /** For messages, and above its uncaught errors; `Process-N` unless given. */
  readonly name?: string;
  /** Ends with its parent and may not have children; as the parent is, unless given. */
  readonly daemon?: boolean;
  /** How it begins; unless given, as `getStartMethod` says. */
  readonly startMethod?: StartMethod;
  /** Imports the main script in the child instead of carrying from it. */
  readonly importMain?: boolean;
  /** The environment instead of the parent's. */
  readonly env?: NodeJS.ProcessEnv;
  /** The directory that it works in; the parent's unless given. */
  readonly cwd?: string;
  /** Options of Node instead of the parent's; a process with others than those is spawned. */
  readonly execArgv?: readonly string[];
  /** `"inherit"`, `"ignore"`, `"pipe"`, or one of these or a descriptor for each stream. */
  readonly stdio?: StreamChoices;
  /** The processors it may run on. */
  readonly affinity?: readonly number[];
}

/** With `args`; its last one, if it is an object, may be given as `kwargs` instead. */
export type ProcessOptions<A extends unknown[] = unknown[], R = unknown> = Settings<A, R> &
  GivenArguments<A>;

/** @throws TypeError, RangeError for what is wrong whichever way the process is started */
export function checkOptions<A extends unknown[], R>(
  options: ProcessOptions<A, R>,
): typeof options {
  if (!areOptions(options, TARGET_NAMES)) {
    throw new TypeError("new Process takes one object: { target, args, name, … }");
  }
  const { target, args, kwargs, name, daemon, startMethod, importMain } = options;
  if (target !== undefined && typeof target !== "function") {
    throw new TypeError(`target must be a function, not ${typeof target}`);
  }
  if (args !== undefined && !Array.isArray(args)) throw new TypeError("args must be an array");
  if (kwargs !== undefined && (typeof kwargs !== "object" || kwargs === null)) {
    throw new TypeError("kwargs must be an object");
  }
  if (name !== undefined && typeof name !== "string") throw new TypeError("name must be a string");
  checkFlag(daemon, "daemon");
  checkFlag(importMain, "importMain");
  if (startMethod !== undefined) checkStartMethod(startMethod);
  checkSurroundings(options);
  return options;
}

type Surroundings = Pick<
  ProcessOptions,
  "startMethod" | "env" | "cwd" | "execArgv" | "stdio" | "affinity"
>;

/** What the operating system takes as a text. */
const isText = (value: unknown): value is string =>
  typeof value === "string" && !value.includes("\0");

function checkSurroundings(options: Surroundings): void {
  const { startMethod, env, cwd, execArgv, stdio, affinity } = options;
  if (env !== undefined) checkEnvironment(env);
  if (cwd !== undefined && !isText(cwd)) {
    throw new TypeError("cwd must be a string, the path of a directory, without NULs");
  }
  checkExecArgv(execArgv, startMethod);
  if (stdio !== undefined) checkStreams(stdio);
  if (affinity !== undefined) checkAffinity(affinity);
}

function checkEnvironment(env: unknown): void {
  if (!isRecord(env)) {
    throw new TypeError("env must be an object such as { ...process.env, NAME: 'value' }");
  }
  for (const [name, value] of Object.entries(env)) {
    if (isText(name) && (value === undefined || isText(value))) continue;
    throw new TypeError(
      `env must have strings without NULs; ${JSON.stringify(name)} is ` +
        (typeof value === "string" ? "one with NULs" : value === null ? "null" : typeof value),
    );
  }
}

const STREAMS: readonly unknown[] = ["inherit", "ignore", "pipe"];
const isChoice = (choice: unknown): boolean =>
  STREAMS.includes(choice) || (Number.isInteger(choice) && (choice as number) >= 0);

function checkStreams(stdio: unknown): void {
  const names = STREAMS.map((name) => JSON.stringify(name)).join(", ");
  if (!Array.isArray(stdio)) {
    if (STREAMS.includes(stdio)) return;
    throw new TypeError(`stdio must be one of ${names}, or an array with a choice for each stream`);
  }
  const choices: unknown[] = Array.from(stdio);
  if (choices.length === 3 && choices.every(isChoice)) return;
  throw new TypeError(`stdio must have three choices, each one of ${names} or a descriptor`);
}

function checkExecArgv(execArgv: unknown, method: StartMethod | undefined): void {
  if (execArgv === undefined) return;
  if (!Array.isArray(execArgv) || !execArgv.every(isText)) {
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
  stdio: StreamChoices = "inherit",
): readonly [StdioChoice, StdioChoice, StdioChoice] {
  if (typeof stdio !== "string") return stdio;
  // A child has no business with the terminal's input, unless it is given it.
  return [stdio === "pipe" ? "pipe" : "ignore", stdio, stdio];
}

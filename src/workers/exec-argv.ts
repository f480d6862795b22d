/**
 * The Node options a child inherits from this program, and those it must not.
 *
 * Debuggers, test runners, watchers, profilers and code given on the command line belong to one
 * process. The flags that make forking possible belong to the fork server and to programs that ask
 * for them, not to everything started from there. Relative paths become absolute.
 */
import { join } from "node:path";
import { FORK_PRELUDE } from "./child-entry.ts";
import { importsAmong } from "../platform/importing.ts";
import { splitOptions, withFixedPaths } from "./option-paths.ts";

const OWN_ONLY = new RegExp(
  "^--?(inspect|test|eval|print|watch|cpu-prof|heap-prof|prof|check|interactive" +
    "|single-threaded$|v8-pool-size)",
);
const SHORT_WITH_CODE = new Set(["-e", "-p", "-pe", "-c", "-i"]);

export function inheritableExecArgv(execArgv: readonly string[] = process.execArgv): string[] {
  const kept: string[] = [];
  for (let at = 0; at < execArgv.length; at++) {
    const option = execArgv[at]!;
    if (option === `--import=${FORK_PRELUDE}`) continue;
    if (!OWN_ONLY.test(option) && !SHORT_WITH_CODE.has(option)) kept.push(option);
    // What is no option here is the value of the one before.
    else if (!(execArgv[at + 1] ?? "-").startsWith("-")) at++;
  }
  return withFixedPaths(kept);
}

/** What Node imports before a program that inherits the options of this one. */
export function inheritedImports(): string[] {
  const shared = splitOptions(process.env["NODE_OPTIONS"] ?? "");
  return importsAmong([...withFixedPaths(shared), ...inheritableExecArgv()]);
}

/** Its program, which ts-node puts among the options, with its own options behind it. */
const TS_NODE = /^(.*[\\/]ts-node[\\/])dist[\\/]bin(-[\w-]+)?\.js$/;

/** The options of a thread, which no other program can start: ts-node is to be loaded there. */
export function threadExecArgv(): string[] {
  const options = inheritableExecArgv();
  const at = options.findIndex((option) => TS_NODE.test(option));
  if (at < 0) return options;
  const [, folder, variant] = TS_NODE.exec(options[at]!)!;
  const withoutTypes =
    variant === "-transpile" ||
    options.slice(at).some((option) => /^(?:-T|--transpile-?[oO]nly)$/.test(option));
  const register = join(folder!, "register", withoutTypes ? "transpile-only.js" : "index.js");
  return [...options.slice(0, at), "--require", register];
}

const LOADER = /^--(loader|experimental-loader)(=|$)/;
const KNOWN_LOADERS = /(^|[/=])(tsx|ts-node|esm-loader|swc-node|esbuild-register)\b/;

/**
 * The option by which this program surely installs loader hooks, or null. Hooks registered before a
 * fork make every import in the child hang, so such programs cannot use a fork server.
 */
export function loaderOption(
  execArgv: readonly string[] = process.execArgv,
  nodeOptions: string = process.env["NODE_OPTIONS"] ?? "",
): string | null {
  const all = [...execArgv, ...splitOptions(nodeOptions)];
  const named = (option: string, at: number): boolean =>
    KNOWN_LOADERS.test(option) && (option.startsWith("--import=") || all[at - 1] === "--import");
  const isLoader = (option: string, at: number): boolean =>
    LOADER.test(option) || TS_NODE.test(option) || named(option, at);
  return all.find(isLoader) ?? null;
}

export const loaderProblem = (option: string): string =>
  `loader hooks (${option}) do not survive a fork`;

/**
 * What a process must be started with so that it can be forked. One thread for V8 and not 0, for
 * which Node takes one for each processor but one: with several, copies hung on Node 26.
 */
export const FORK_FLAGS: readonly string[] = ["--single-threaded", "--v8-pool-size=1"];

/** Whether this very process was started with them. */
export function startedForForking(execArgv: readonly string[] = process.execArgv): boolean {
  return FORK_FLAGS.every((flag) => execArgv.includes(flag));
}

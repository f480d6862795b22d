/**
 * `manyhands run`: runs a program with a start method chosen from outside.
 *
 * For `fork` the program is started with the node options that forking needs and cannot be given
 * later, and prepared before its own code runs.
 */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { constants } from "node:os";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { FORK_PRELUDE } from "../workers/child-entry.ts";
import { type Spawned, spawnNow } from "../platform/spawn-now.ts";
import { FORK_FLAGS, loaderOption } from "../workers/exec-argv.ts";
import { START_METHODS, type StartMethod } from "../workers/runtime.ts";

const USAGE = "manyhands run [--start-method fork|forkserver|spawn] script.ts [args…]";

interface Order {
  readonly method: StartMethod | null;
  readonly script: string;
  readonly args: readonly string[];
}

/** What is asked for; a text says what is wrong with it. Options of the script stay its own. */
function parse(args: readonly string[]): Order | string {
  let method: string | null = null;
  let at = 0;
  for (; args[at]?.startsWith("--"); at++) {
    const [option, value] = args[at]!.split("=", 2) as [string, string | undefined];
    if (option !== "--start-method") return `there is no option ${option}`;
    method = value ?? args[++at] ?? "";
    if (!START_METHODS.includes(method as StartMethod)) return `no start method "${method}"`;
  }
  const script = args[at];
  if (script === undefined) return "which script?";
  if (!existsSync(script)) return `there is no file ${script}`;
  return { method: method as StartMethod | null, script, args: args.slice(at + 1) };
}

const STRIP_TYPES = "--experimental-strip-types";
const LOADER = "tsx";

/**
 * Options for a script in TypeScript: Node 22 runs it only when asked to, later ones do by
 * themselves, and Node 20 needs a loader. A text says what to do when there is none.
 */
function forTypeScript(script: string): string[] | string {
  if (!/\.[cm]?tsx?$/.test(script) || loaderOption() !== null) return [];
  const { typescript = false } = process.features as { readonly typescript?: unknown };
  if (typescript !== false) return [];
  if (process.allowedNodeEnvironmentFlags.has(STRIP_TYPES)) return [STRIP_TYPES];
  try {
    const loader = createRequire(resolve(script)).resolve(LOADER);
    return [`--import=${pathToFileURL(loader).href}`];
  } catch {
    const { node } = process.versions;
    return `Node ${node} does not run TypeScript; install ${LOADER}, or take Node 22.18 or later`;
  }
}

/**
 * Whether the terminal's Ctrl-C reaches this process, and with it the program: both are of one
 * group, which is the one in the foreground then.
 */
function isInForeground(): boolean {
  try {
    const line = readFileSync("/proc/self/stat", "latin1");
    const [, , group, , , foreground] = line.slice(line.lastIndexOf(")") + 2).split(" ");
    return group === foreground;
  } catch {
    return [process.stdin, process.stdout, process.stderr].some(({ isTTY }) => isTTY);
  }
}

export async function main(args: string[]): Promise<number> {
  const order = parse(args);
  if (typeof order === "string") {
    console.error(`manyhands run: ${order}\n\n  ${USAGE}`);
    return 1;
  }
  const { method, script } = order;
  const typed = forTypeScript(script);
  if (typeof typed === "string") {
    console.error(`manyhands run: ${typed}`);
    return 1;
  }
  const options = method === "fork" ? [...FORK_FLAGS, `--import=${FORK_PRELUDE}`] : [];
  const argv = [...options, ...typed, script, ...order.args];
  const env = method === null ? process.env : { ...process.env, MANYHANDS_START_METHOD: method };
  let child: Spawned;
  try {
    child = spawnNow(process.execPath, argv, { stdio: "inherit", env });
  } catch (error) {
    console.error(`manyhands run: ${(error as Error).message}`);
    return 1;
  }
  // The terminal's Ctrl-C reaches the program itself; other ends, and a SIGINT that some supervisor
  // sent to this process, are passed on.
  process.on("SIGINT", () => {
    if (!isInForeground()) child.kill("SIGINT");
  });
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  return await new Promise((resolve) => {
    child.once("exit", (code, signal) => {
      resolve(code ?? 128 + constants.signals[signal!]);
    });
  });
}

/**
 * `manyhands run`: runs a program with a start method chosen from outside.
 *
 * For `fork` the program is started with the node options that forking needs and cannot be given
 * later, and prepared before its own code runs.
 */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { constants } from "node:os";
import { FORK_PRELUDE } from "../workers/child-entry.ts";
import { FORK_FLAGS } from "../workers/exec-argv.ts";
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

/** Node 22 runs TypeScript only when asked to; later ones do by themselves. */
function forTypeScript(script: string): string[] {
  const stripsByItself = (process.features as { typescript?: unknown }).typescript !== false;
  const known = process.allowedNodeEnvironmentFlags.has("--experimental-strip-types");
  return /\.[cm]?ts$/.test(script) && known && !stripsByItself
    ? ["--experimental-strip-types"]
    : [];
}

export async function main(args: string[]): Promise<number> {
  const order = parse(args);
  if (typeof order === "string") {
    console.error(`manyhands run: ${order}\n\n  ${USAGE}`);
    return 1;
  }
  const { method, script } = order;
  const options = method === "fork" ? [...FORK_FLAGS, `--import=${FORK_PRELUDE}`] : [];
  const argv = [...options, ...forTypeScript(script), script, ...order.args];
  const env = method === null ? process.env : { ...process.env, MANYHANDS_START_METHOD: method };
  const child = spawn(process.execPath, argv, { stdio: "inherit", env });
  // The terminal's Ctrl-C reaches the program itself; other ends are passed on.
  process.on("SIGINT", () => {});
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  return await new Promise((resolve) => {
    child.once("exit", (code, signal) => {
      resolve(code ?? 128 + constants.signals[signal!]);
    });
  });
}

/**
 * Runs a small program in a fresh Node of the version that runs the tests. The program is a module
 * that may import `manyhands` by name.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "./package-root.js";

export interface ProgramOptions {
  args?: readonly string[];
  /** Flags of Node itself, before the script. */
  execArgv?: readonly string[];
  /** Added to this process's environment; undefined takes a variable away. */
  env?: Record<string, string | undefined>;
  /** What the program reads; nothing by default. */
  input?: string;
  /** The program and its process group are killed after this time; `timedOut` tells. */
  timeoutMs?: number;
  /** How many descriptors it and its children may have open. */
  descriptors?: number;
  /** Called with the text written so far, each time that some is written to stdout. */
  onOutput?: (stdout: string, pid: number) => void;
}

export interface ProgramResult {
  stdout: string;
  stderr: string;
  code: number | null;
  signal: NodeJS.Signals | null;
  timedOut: boolean;
}

/** Runs `source`, the text of a module; `extension: "cjs"` for one that uses `require`. */
export async function runSource(
  source: string,
  options: ProgramOptions & { extension?: "mjs" | "cjs" } = {},
): Promise<ProgramResult> {
  // A file below the package's root finds the package by its name.
  const folder = mkdtempSync(join(packageRoot, "build", "program-"));
  try {
    const script = join(folder, `program.${options.extension ?? "mjs"}`);
    writeFileSync(script, source);
    return await runScript(script, options);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs a file; every file below the package's root can import `manyhands`. */
export function runScript(script: string, options: ProgramOptions = {}): Promise<ProgramResult> {
  const { args = [], execArgv = [], env, input, timeoutMs = 50_000, onOutput } = options;
  const { descriptors } = options;
  const shell =
    descriptors === undefined ? [] : ["sh", "-c", `ulimit -n ${descriptors} && exec "$0" "$@"`];
  const [file, ...argv] = [...shell, process.execPath, ...execArgv, script, ...args];
  const child = spawn(file!, argv, {
    env: { ...process.env, ...env },
    stdio: ["pipe", "pipe", "pipe"],
    detached: true,
  });
  const result: ProgramResult = {
    stdout: "",
    stderr: "",
    code: null,
    signal: null,
    timedOut: false,
  };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    result.stdout += text;
    onOutput?.(result.stdout, child.pid!);
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => (result.stderr += text));
  child.stdin.on("error", () => {}); // a program that ends without reading is in its right
  child.stdin.end(input);
  return new Promise((resolve, reject) => {
    const limit = setTimeout(() => {
      result.timedOut = true;
      process.kill(-child.pid!, "SIGKILL");
    }, timeoutMs);
    child.once("error", reject);
    child.once("close", (code, signal) => {
      clearTimeout(limit);
      resolve({ ...result, code, signal });
    });
  });
}

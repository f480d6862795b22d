/**
 * How pools fare when something goes wrong, as Markdown: each pool and each case in a program of
 * its own, which is ended when it takes too long. `npm run bench -- pool-failures`.
 */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { CASES, type Seen } from "./failure-cases.js";

interface Contestant {
  readonly name: string;
  readonly command: readonly string[];
}

const node = (name: string, module: string): Contestant => ({
  name,
  command: [process.execPath, join(import.meta.dirname, "failure-cases.js"), module],
});
const PYTHON = join(import.meta.dirname, "../../bench/rivals/cpython_pool_failures.py");

const CONTESTANTS: readonly Contestant[] = [
  node("manyhands Pool", "ours/pool.js"),
  node("manyhands ThreadPool", "ours/thread-pool.js"),
  node("piscina", "rivals/piscina.js"),
  node("tinypool", "rivals/tinypool.js"),
  node("tinypool, processes", "rivals/tinypool-processes.js"),
  node("workerpool", "rivals/workerpool.js"),
  node("workerpool, processes", "rivals/workerpool-processes.js"),
  node("poolifier", "rivals/poolifier.js"),
  node("poolifier, processes", "rivals/poolifier-cluster.js"),
  node("multithreading", "rivals/multithreading-pool.js"),
  { name: "CPython Pool", command: ["python3", PYTHON, "pool"] },
  { name: "CPython executor", command: ["python3", PYTHON, "executor"] },
];

const LIMIT_MS = 80_000;

/** What a pool does in a case; a program that ends without an answer is told as such. */
function look({ command: [program, ...args] }: Contestant, name: string): Promise<Seen> {
  const child = spawn(program!, [...args, name], {
    stdio: ["ignore", "pipe", "ignore"],
    detached: true,
  });
  const end = setTimeout(() => process.kill(-child.pid!, "SIGKILL"), LIMIT_MS);
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  return new Promise((resolve) => {
    const answer = (ending: string): void => {
      clearTimeout(end);
      const line = output.split("\n").find((text) => text.startsWith('{"seen"'));
      if (line !== undefined) resolve(JSON.parse(line) as Seen);
      else resolve({ seen: `the program ${ending}`, next: "never", stray: [] });
      endGroup(child.pid!);
    };
    child.once("error", (error) => answer(`did not start: ${error.message}`));
    child.once("exit", (code, signal) => answer(`ends with ${signal ?? `exit code ${code}`}`));
  });
}

/** Workers of a program that ended are not to stay. */
function endGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // none is left
  }
}

const cell = (text: string): string => text.replaceAll("|", "\\|");

/** One table: who sees the same stands in the same row. */
async function tableOf(name: string): Promise<string> {
  const rows = new Map<string, string[]>();
  for (const contestant of CONTESTANTS) {
    const { seen, next, stray } = await look(contestant, name);
    const outside = stray.length === 0 ? "" : `; outside of it: ${stray.join("; ")}`;
    const row = `| ${cell(seen + outside)} | ${cell(next)} |`;
    rows.set(row, [...(rows.get(row) ?? []), contestant.name]);
  }
  const lines = [...rows].map(([row, names]) => `| ${names.join(" · ")} ${row}`);
  return [
    `### ${name}`,
    "",
    "| | the caller sees | the next task |",
    "|---|---|---|",
    ...lines,
  ].join("\n");
}

async function report(): Promise<void> {
  for (const name of Object.keys(CASES)) console.log(`${await tableOf(name)}\n`);
}

await report();

/**
 * What can go wrong in a pool, one case at a time: `node failure-cases.js <adapter> <case>` prints
 * what the caller sees, and whether the pool still works. It is run by `pool-failures.ts`, in a
 * process of its own, because some pools take their program with them.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Open, OpenPool } from "./rivals/pool-measures.js";

/** What the caller sees, as short as a cell of a table. */
export interface Seen {
  readonly seen: string;
  /** What became of a task that came afterwards. */
  readonly next: string;
  /** What reached the program outside of any promise. */
  readonly stray: readonly string[];
}

const LIMIT_MS = 5_000;
const NEVER = "never settles";

const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

/** How a promise ends, in words; what throws at once counts as a rejection. */
async function outcome(work: () => PromiseLike<unknown>, limitMs = LIMIT_MS): Promise<string> {
  let timer: NodeJS.Timeout;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(NEVER), limitMs);
  });
  const settled = (async () => `gives ${describe(await work())}`)().catch(
    (error: unknown) => `rejects: ${describe(error)}`,
  );
  return await Promise.race([settled, late]).finally(() => clearTimeout(timer));
}

function describe(value: unknown): string {
  if (value instanceof Error) return `${value.name}, ${firstLine(value.message)}`;
  if (typeof value === "object" && value !== null)
    return `an object ${firstLine(JSON.stringify(value))}`;
  if (typeof value === "function") return "a function";
  return typeof value === "string" ? `"${value}"` : String(value);
}

const firstLine = (text: string): string => {
  const line = text.split("\n")[0]!;
  return line.length > 90 ? `${line.slice(0, 90)}…` : line;
};

/** Which parts of the error of `throwsOwnError` arrive. */
async function partsOfError(pool: OpenPool): Promise<string> {
  try {
    await pool.call("throwsOwnError");
    return "gives no error";
  } catch (error) {
    const { name, message, code, limit, cause, stack } = error as Record<string, unknown>;
    const kept = {
      Error: error instanceof Error,
      "base class": error instanceof RangeError,
      name: name === "QuotaError",
      message: message === "too much",
      code: code === "E_QUOTA",
      field: limit === 10,
      cause: cause instanceof TypeError && cause.message === "the reason",
      stack: typeof stack === "string" && stack.includes("throwsOwnError"),
    };
    const lost = Object.entries(kept).flatMap(([part, there]) => (there ? [] : [part]));
    return lost.length === 0 ? "keeps all parts" : `loses ${lost.join(", ")}`;
  }
}

/** The processes that this one started, and theirs (Linux only). */
function descendants(): number[] {
  const parentOf = new Map<number, number>();
  for (const name of readdirSync("/proc").filter((entry) => /^\d+$/.test(entry))) {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, "utf8");
      const [, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      parentOf.set(Number(name), Number(parent));
    } catch {
      continue; // it ended
    }
  }
  const found = new Set([process.pid]);
  for (let before = 0; before !== found.size;) {
    before = found.size;
    for (const [pid, parent] of parentOf) if (found.has(parent)) found.add(pid);
  }
  return [...found].filter((pid) => pid !== process.pid);
}

async function inFlight(pool: OpenPool, count: number): Promise<string> {
  let settled = 0;
  const calls = Array.from({ length: count }, async (_, index) => {
    await Promise.resolve(pool.call("identity", index)).catch(() => {});
    settled++;
  });
  await Promise.race([Promise.all(calls), pause(60_000)]);
  return settled === count ? "all settle" : `${count - settled} never settle`;
}

async function abortWhile(pool: OpenPool, task: "queued" | "running"): Promise<string> {
  const controller = new AbortController();
  const first = pool.call("sleeps", 1_500, task === "running" ? controller.signal : undefined);
  Promise.resolve(first).catch(() => {});
  const call = task === "running" ? first : pool.call("sleeps", 1, controller.signal);
  await pause(200);
  controller.abort(new Error("the reason given"));
  const started = performance.now();
  const seen = await outcome(() => call);
  if (seen.startsWith("gives")) return `${seen}: not aborted`;
  const elapsed = performance.now() - started;
  return elapsed > 1_000 ? `${seen}, only when it had run` : seen;
}

type Case = (pool: OpenPool) => Promise<string>;

export const CASES: Readonly<Record<string, Case>> = {
  "a task ends its worker": (pool) => outcome(() => pool.call("exits")),
  "the same, with another task queued": async (pool) => {
    const exits = Promise.resolve(pool.call("exits"));
    exits.catch(() => {});
    return await outcome(() => pool.call("identity", "queued"));
  },
  "a task throws after its answer": async (pool) => {
    const seen = await outcome(() => pool.call("throwsLater"));
    await pause(300);
    return seen;
  },
  "a task returns a function": (pool) => outcome(() => pool.call("returnsFunction")),
  "a task takes a function": (pool) =>
    outcome(() => pool.call("takesFunction", (x: number) => x + 41)),
  "abort of a queued task": (pool) => abortWhile(pool, "queued"),
  "abort of a running task": (pool) => abortWhile(pool, "running"),
  "an error of a class of its own": partsOfError,
  "a task throws a text": (pool) => outcome(() => pool.call("throwsText")),
  "70,000 tasks in flight": (pool) => inFlight(pool, 70_000),
  "an idle worker is killed": async (pool) => {
    const pids = descendants();
    if (pids.length === 0) return "(threads)";
    for (const pid of pids) process.kill(pid, "SIGKILL");
    await pause(200);
    return await outcome(() => pool.call("identity", "after it"));
  },
};

async function run(open: Open, name: string): Promise<Seen> {
  const stray: string[] = [];
  process.on("uncaughtException", (error) => void stray.push(describe(error)));
  process.on("unhandledRejection", (error) => void stray.push(describe(error)));
  const pool = await open(1);
  await pool.call("identity", "warm");
  const seen = await CASES[name]!(pool);
  const next = await outcome(() => pool.call("identity", "next"));
  return { seen, next: next === 'gives "next"' ? "runs" : next, stray };
}

if (process.argv[2] !== undefined && import.meta.filename === process.argv[1]) {
  const url = pathToFileURL(join(import.meta.dirname, process.argv[2])).href;
  const { open } = (await import(url)) as { open: Open };
  console.log(`\n${JSON.stringify(await run(open, process.argv[3]!))}`);
  process.exit(0);
}

/**
 * Checks that the tests of a file leave nothing behind: no process, no worker thread, no open
 * descriptor, nothing in /dev/shm, nothing of ours in the temporary folder.
 *
 * Await `expectNoLeftovers()` once at the top of a test file, before it makes hooks of its own:
 * hooks that Node calls before the tests run side by side. What may stay is what is there then;
 * `warmUp` makes what lives as long as the process (the arena, its doorbell) before that moment.
 * What is about to end gets some time to do so.
 */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { after, before } from "node:test";
import { setTimeout } from "node:timers/promises";
import type { Worker } from "node:worker_threads";
import { familyMember } from "#internal/core/family-arena.js";
import { loopWaits } from "#internal/core/loop-waits.js";
import { whyNoPlatform } from "#internal/platform/load.js";

const PATIENCE_MS = 10_000;

const linux = process.platform === "linux";
const workers = new Set<Worker>();

process.on("worker", (worker: Worker) => {
  workers.add(worker);
  worker.once("exit", () => workers.delete(worker));
});

const list = (folder: string): string[] => {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
};

interface Running {
  readonly parent: number;
  readonly session: number;
  readonly name: string;
}

function running(): Map<number, Running> {
  const found = new Map<number, Running>();
  for (const pid of list("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      const end = stat.lastIndexOf(")");
      const [state, parent, , session] = stat.slice(end + 2).split(" ");
      const command = stat.slice(stat.indexOf("(") + 1, end);
      const name = `${command} (${pid}${state === "Z" ? ", zombie" : ""})`;
      found.set(Number(pid), { parent: Number(parent), session: Number(session), name });
    } catch {
      // it ended while we looked
    }
  }
  return found;
}

/** Whether a process is below this one, or an orphan of its session where it leads one. */
function isOurs(pid: number, among: ReadonlyMap<number, Running>): boolean {
  const entry = among.get(pid);
  if (entry === undefined) return false;
  if (entry.parent === process.pid || entry.session === process.pid) return true;
  return isOurs(entry.parent, among);
}

/** What a fork server keeps ready. One without its server is a leftover like any other. */
const SPARE = "manyhands-spare (";

function processes(): string[] {
  const all = running();
  return [...all]
    .filter(([pid]) => pid !== process.pid && isOurs(pid, all))
    .filter(([, { name, parent }]) => !(name.startsWith(SPARE) && isOurs(parent, all)))
    .map(([, { name }]) => `process ${name}`);
}

/** Processes that have nothing to do with this one. */
function foreign(): number[] {
  const all = running();
  return [...all.keys()].filter((pid) => pid !== process.pid && !isOurs(pid, all));
}

/**
 * What lies in the memory's folder, without what a program has open that has nothing to do with
 * this one: others of the same user may run at the same time.
 */
function memoryFiles(): string[] {
  const files = list("/dev/shm");
  if (files.length === 0) return files;
  const theirs = new Set(linux ? foreign().flatMap(openIn) : []);
  return files.map((name) => `/dev/shm/${name}`).filter((path) => !theirs.has(path));
}

function openIn(pid: number): string[] {
  return list(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/${pid}/fd/${fd}`)];
    } catch {
      return []; // it was closed while we looked
    }
  });
}

/** The kinds of open descriptors: numbers and inodes change, what they are does not. */
function descriptors(): string[] {
  return list("/proc/self/fd").flatMap((fd) => {
    try {
      const path = readlinkSync(`/proc/self/fd/${fd}`).replace(/:\[\d+\]$/, "");
      return path.includes("/build/.records/") ? [] : [`descriptor of ${path}`]; // the runner's own
    } catch {
      return []; // the descriptor of the listing itself
    }
  });
}

function census(): string[] {
  return [
    ...Array.from(workers, (worker) => `worker thread ${worker.threadId}`),
    ...(linux ? [...processes(), ...descriptors()] : []),
    ...memoryFiles(),
    ...list(tmpdir())
      .filter((name) => name.startsWith("manyhands"))
      .map((name) => `${tmpdir()}/${name}`),
  ];
}

/** What is in `now` more often than in `start`. */
function beyond(start: readonly string[], now: readonly string[]): string[] {
  const spare = [...start];
  return now.filter((item) => {
    const index = spare.indexOf(item);
    if (index >= 0) spare.splice(index, 1);
    return index < 0;
  });
}

/** Calls `check` after the hooks that the file makes for its end; its tests wait until then. */
function afterTheirs(check: () => Promise<void>): void {
  const made = new Promise<void>((resolve) => {
    setImmediate(() => {
      after(check);
      resolve();
    });
  });
  before(() => made);
}

export async function expectNoLeftovers(options: { warmUp?: () => unknown } = {}): Promise<void> {
  if (options.warmUp !== undefined) {
    await options.warmUp();
    // What it waited for may have been there before it had to wait.
    if (whyNoPlatform() === null) loopWaits(familyMember());
  }
  if (!linux) console.error("processes and descriptors are only counted on Linux");
  const start = census();
  afterTheirs(async () => {
    const until = performance.now() + PATIENCE_MS;
    let left = beyond(start, census());
    while (left.length > 0 && performance.now() < until) {
      await setTimeout(20);
      left = beyond(start, census());
    }
    if (left.length === 0) return;
    // Newer Nodes do not mind an error thrown here.
    console.error(`left behind:\n  ${left.join("\n  ")}`);
    process.exitCode = 1;
  });
}

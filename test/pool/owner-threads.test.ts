/** Pools that belong to a thread: their workers end with it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { FORK_FLAGS } from "#internal/workers/exec-argv.js";
import { runSource } from "../support/run-program.js";

const LIMIT = { timeout: 120_000, skip: process.platform === "linux" ? false : "needs /proc" };

const HEAD = `
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { Pool, Process, ThreadPool, Queue as FamilyQueue } from "manyhands/multiprocessing";
import { ProcessPoolExecutor } from "manyhands/futures";
import { Queue } from "manyhands/queue";
import { Thread } from "manyhands/threading";
const nextTurn = () => new Promise(setImmediate);
const childrenOf = (pid) =>
  readdirSync("/proc/" + pid + "/task").flatMap((task) =>
    readFileSync("/proc/" + pid + "/task/" + task + "/children", "latin1").match(/\\d+/g) ?? [],
  );
// Nobody can bury a child of an ended thread where native calls are missing.
const plain = process.env.MANYHANDS_PLATFORM === "none";
const isDead = (pid) => {
  try {
    return plain && readFileSync("/proc/" + pid + "/stat", "latin1").includes(") Z ");
  } catch {
    return true;
  }
};
const untilGone = async (pid) => {
  while (existsSync("/proc/" + pid) && !isDead(pid)) await nextTurn();
};
const untilAlone = async () => {
  while (!childrenOf("self").every(isDead)) await nextTurn();
};
const make = {
  Pool: () => new Pool(1),
  Executor: () => new ProcessPoolExecutor({ maxWorkers: 1 }),
};
const call = (pool, fn, ...args) => (pool.submit ? pool.submit(fn, ...args) : pool.apply(fn, args));
const pid = () => process.pid;
const spin = () => { for (;;); };
// Kept, so that none is collected before its thread ends, of which a warning would tell.
const kept = (pool) => (globalThis.pool = pool);
const idle = async (kind) => call(kept(make[kind]()), pid);
const busy = async (kind, pids, depth = 0) => {
  if (depth > 0) {
    const below = await new Thread({ target: busy, args: [kind, pids, depth - 1] }).start();
    return below.join();
  }
  const pool = kept(make[kind]());
  await pids.put(await call(pool, pid));
  await call(pool, spin);
};
`;

for (const [where, env] of [
  ["by the fork server", {}],
  ["by spawn", { MANYHANDS_START_METHOD: "spawn" }],
  ["over plain messages", { MANYHANDS_PLATFORM: "none" }],
] as const) {
  test(
    `workers of a thread's pools end with the thread, however it ends, ${where}`,
    LIMIT,
    async () => {
      const program = await runSource(
        `${HEAD}
      const pids = new Queue();
      for (const kind of Object.keys(make)) {
        const ending = await new Thread({ target: idle, args: [kind] }).start();
        await untilGone(await ending.result());
        console.log(kind, "ended", await ending.join());
        for (const depth of [0, 2]) {
          const thread = await new Thread({ target: busy, args: [kind, pids, depth] }).start();
          const worker = await pids.get();
          await thread.terminate();
          await untilGone(worker);
          console.log(kind, "terminated", depth);
        }
      }
      const threads = new ThreadPool(1);
      const worker = await threads.apply(idle, ["Pool"]);
      await threads.terminate();
      await untilGone(worker);
      await untilAlone();
      console.log("alone");`,
        { env, timeoutMs: 60_000 },
      );
      const ends = (kind: string): string[] => [
        `${kind} ended true`,
        `${kind} terminated 0`,
        `${kind} terminated 2`,
      ];
      const expected = [...ends("Pool"), ...ends("Executor"), "alone", ""];
      assert.deepEqual(program.stdout.split("\n"), expected, program.stderr);
      assert.equal(program.stderr, "");
    },
  );
}

test("a forked copy keeps no worker of the original's threads", LIMIT, async () => {
  const program = await runSource(
    `${HEAD}
    const pids = new Queue();
    const thread = await new Thread({ target: busy, args: ["Pool", pids] }).start();
    const worker = await pids.get();
    const target = () => new Promise(() => setInterval(() => {}, 1e9));
    const copy = new Process({ target, startMethod: "fork" });
    await copy.start();
    await thread.terminate();
    await untilGone(worker);
    console.log(copy.alive);
    copy.kill();
    await copy.join();`,
    { execArgv: FORK_FLAGS, timeoutMs: 60_000 },
  );
  assert.equal(program.stdout, "true\n", program.stderr);
});

test("threads that end leave no descriptor of the pools that they had", LIMIT, async () => {
  const program = await runSource(
    `${HEAD}
    const pids = new FamilyQueue(); // so that the program has its memory, and not each thread
    const counts = [];
    for (let round = 0; round < 4; round++) {
      const thread = await new Thread({ target: busy, args: ["Pool", pids, 1] }).start();
      const worker = await pids.get();
      await thread.terminate();
      await untilGone(worker);
      await untilAlone();
      counts.push(readdirSync("/proc/self/fd").length);
    }
    console.log(counts.at(-1) - counts[1]);`,
    { timeoutMs: 60_000 },
  );
  assert.equal(program.stdout, "0\n", program.stderr);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { runSource } from "../support/run-program.js";

const LIMIT = { timeout: 120_000 };

const PROGRAM = `
import { Pool, ThreadPool } from "manyhands/multiprocessing";
import { ProcessPoolExecutor, ThreadPoolExecutor } from "manyhands/futures";
const pools = [new Pool(2), new ThreadPool(2)];
for (const pool of pools) console.log(await pool.map((x) => x * 2, [1, 2, 3]));
const executors = [
  new ProcessPoolExecutor({ maxWorkers: 2 }),
  new ThreadPoolExecutor({ maxWorkers: 2 }),
];
for (const executor of executors) console.log(await executor.submit((x) => x + 1, 1));
`;

for (const [where, env] of [
  ["with shared memory", {}],
  ["over plain messages", { MANYHANDS_PLATFORM: "none" }],
] as const) {
  test(`pools that nobody shut down go quietly with their program, ${where}`, LIMIT, async () => {
    const result = await runSource(PROGRAM, { env, timeoutMs: 60_000 });
    assert.equal(result.stdout, "[ 2, 4, 6 ]\n[ 2, 4, 6 ]\n2\n2\n");
    assert.equal(result.stderr, "");
    assert.equal(result.code, 0);
  });
}

const DEATHS = `
import { Pool, ThreadPool } from "manyhands/multiprocessing";
import { ProcessPoolExecutor, ThreadPoolExecutor } from "manyhands/futures";
const leave = () => process.exit(3);
const endless = () => { for (;;); };
const never = () => new Promise(() => {});
globalThis.kept = [];
for (const make of [() => new Pool(1), () => new ThreadPool(1)]) {
  const calls = [
    (pool) => pool.apply(leave),
    (pool) => pool.apply(endless, [], { timeoutMs: 100 }),
    (pool) => pool.map((fn) => fn(), [leave, () => 1], { chunkSize: 1 }),
    async (pool) => pool.applySync(leave),
    (pool) => {
      const result = pool.applyAsync(never);
      setTimeout(() => result.cancel(), 100);
      return result;
    },
  ];
  for (const call of calls) {
    const pool = make();
    kept.push(pool);
    await pool.apply(Math.sqrt, [4]);
    await call(pool).then(() => console.log("came"), ({ name }) => console.log(name));
  }
}
for (const executor of [new ProcessPoolExecutor(), new ThreadPoolExecutor()]) {
  kept.push(executor);
  console.log((await executor.submit(leave).exception()).name);
}
`;

for (const [where, env] of [
  ["with shared memory", {}],
  ["over plain messages", { MANYHANDS_PLATFORM: "none" }],
] as const) {
  test(`a program ends when a death was the end of its last task, ${where}`, LIMIT, async () => {
    const result = await runSource(DEATHS, { env, timeoutMs: 60_000 });
    const ends = (broken: string): string[] => [
      broken,
      "TimeoutError",
      broken,
      broken,
      "CancelledError",
    ];
    assert.deepEqual(result.stdout.trim().split("\n"), [
      ...ends("BrokenProcessPool"),
      ...ends("BrokenThreadPool"),
      "BrokenProcessPool",
      "BrokenThreadPool",
    ]);
    assert.equal(result.stderr, "");
    assert.equal(result.code, 0);
  });
}

for (const [kind, make] of [
  ["ThreadPool", "new ThreadPool(2)"],
  ["Pool", "new Pool(2)"],
  ["ThreadPoolExecutor", "new ThreadPoolExecutor({ maxWorkers: 2 })"],
  ["ProcessPoolExecutor", "new ProcessPoolExecutor({ maxWorkers: 2 })"],
] as const) {
  test(`a ${kind} that is collected does its work and ends, with a hint`, LIMIT, async () => {
    const result = await runSource(
      `import { Pool, ThreadPool } from "manyhands/multiprocessing";
      import { ProcessPoolExecutor, ThreadPoolExecutor } from "manyhands/futures";
      import { once } from "node:events";
      const hint = once(process, "warning");
      process.on("warning", ({ name, message }) => console.log(name, message));
      const later = async (n) => {
        await new Promise((resolve) => setTimeout(resolve, 300));
        return n;
      };
      let last;
      // Twice, for one hint only.
      const forget = async () => {
        const pool = ${make};
        const begin = (n) => (pool.submit ? pool.submit(later, n) : pool.applyAsync(later, [n]));
        const results = [1, 2, 3].map(begin);
        last = new WeakRef(pool);
        return results;
      };
      const results = [...(await forget()), ...(await forget())];
      const collect = setInterval(gc, 5);
      await hint;
      console.log((await Promise.all(results)).join());
      while (last.deref() !== undefined) await new Promise(setImmediate);
      clearInterval(collect);
      console.log("done");`,
      { execArgv: ["--expose-gc"], timeoutMs: 60_000 },
    );
    const [warning, results, ...rest] = result.stdout.split("\n");
    assert.match(warning!, new RegExp(`^ResourceWarning .*a ${kind} of . workers, was forgotten`));
    assert.deepEqual([results, ...rest], ["1,2,3,1,2,3", "done", ""], result.stderr);
    assert.equal(result.code, 0);
  });
}

test("workers of a forgotten pool end while the program goes on", LIMIT, async () => {
  const result = await runSource(
    `import { Pool } from "manyhands/multiprocessing";
    const pids = await (async () => {
      const pool = new Pool(2);
      await pool.apply(() => 1);
      return pool.workers.map(({ pid }) => pid);
    })();
    const runs = (pid) => {
      try {
        return process.kill(pid, 0);
      } catch {
        return false;
      }
    };
    while (pids.some(runs)) {
      gc();
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    console.log(pids.length, "ended");`,
    { execArgv: ["--expose-gc", "--no-warnings"], timeoutMs: 60_000 },
  );
  assert.equal(result.stdout, "2 ended\n", result.stderr);
});

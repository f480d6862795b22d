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

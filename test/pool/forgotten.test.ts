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

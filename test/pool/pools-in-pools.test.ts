/** Pools and executors within the workers of others. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { runSource } from "../support/run-program.js";

const PROGRAM = `
import { Pool, Process, ThreadPool } from "manyhands/multiprocessing";
import { ProcessPoolExecutor } from "manyhands/futures";
const told = ({ name, message }) => name + ": " + message.slice(0, 17);
const inner = async () => {
  const outcomes = [];
  const threads = new ThreadPool(1);
  outcomes.push(await threads.apply(Math.sqrt, [4]));
  await threads.terminate();
  try {
    const pool = new Pool(1);
    outcomes.push(await pool.apply(Math.sqrt, [9]));
    await pool.terminate();
  } catch (error) {
    outcomes.push(told(error));
  }
  const executor = new ProcessPoolExecutor({ maxWorkers: 1 });
  try {
    outcomes.push(await executor.submit(Math.sqrt, 16));
  } catch (error) {
    outcomes.push(told(error));
  }
  await executor.shutdown();
  return outcomes;
};
const pool = new Pool(1);
console.log(JSON.stringify(await pool.apply(inner)));
await pool.terminate();
const executor = new ProcessPoolExecutor({ maxWorkers: 1 });
console.log(JSON.stringify(await executor.submit(inner)));
await executor.shutdown();
const daemon = new Process({ target: inner, daemon: true });
await daemon.start();
console.log(JSON.stringify(await daemon.result()));
await daemon.join();
`;

for (const [where, env] of [
  ["with shared memory", {}],
  ["over plain messages", { MANYHANDS_PLATFORM: "none" }],
] as const) {
  test(
    `daemonic workers have threads, and no processes, ${where}`,
    { timeout: 60_000 },
    async () => {
      const { stdout, stderr } = await runSource(PROGRAM, { env });
      const refused = "StateError: A daemonic proces";
      const daemonic = JSON.stringify([2, refused, refused]);
      assert.deepEqual(stdout.trim().split("\n"), [daemonic, "[2,3,4]", daemonic], stderr);
    },
  );
}

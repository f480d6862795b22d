/** Ends that nothing can be done against: no more memory, and a program that is killed. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { TimeoutError } from "manyhands/errors";
import { Pool } from "manyhands/multiprocessing";
import { FORK_FLAGS } from "#internal/workers/exec-argv.js";
import { expectNoLeftovers } from "../support/leftovers.js";
import { runSource } from "../support/run-program.js";
import { runs, until } from "../workers/until.js";
import { warmUp } from "../workers/warm-up.js";

await expectNoLeftovers({ warmUp });
const LIMIT = { timeout: 60_000 };
const linux = { ...LIMIT, skip: process.platform === "linux" ? false : "needs /proc" };

const OUT_OF_MEMORY = `
  import { Pool, ThreadPool } from "manyhands/multiprocessing";
  import { ProcessPoolExecutor, ThreadPoolExecutor } from "manyhands/futures";
  const hog = () => {
    // Small things only: where a large one finds no room, newer Nodes end the whole program.
    let chain = null;
    for (;;) chain = { chain };
  };
  const later = async (value) => {
    await new Promise((resolve) => setTimeout(resolve, 100));
    return value;
  };
  const told = (error) => [error.name, error.exitCode, error.signal, error.task].join(" ");
`;

for (const [Pool, Executor, expected] of [
  ["ThreadPool", "ThreadPoolExecutor", "BrokenThreadPool 1  hog"],
  ["Pool", "ProcessPoolExecutor", "BrokenProcessPool -6 SIGABRT hog"],
] as const) {
  test(`${Pool}: a task that uses up its memory fails, and no other`, LIMIT, async () => {
    const program = await runSource(
      `${OUT_OF_MEMORY}
      const pool = new ${Pool}(2);
      const others = [1, 2, 3].map((value) => pool.apply(later, [value]));
      console.log(await pool.apply(hog).catch(told));
      console.log((await Promise.all(others)).join(), await pool.apply(later, ["next"]));
      await pool.terminate();
      const executor = new ${Executor}({ maxWorkers: 1 });
      const [hogging, behind] = [executor.submit(hog), executor.submit(later, "behind")];
      console.log(await hogging.result().catch(told));
      console.log(await behind);
      await executor.shutdown();`,
      { execArgv: ["--max-old-space-size=60"] },
    );
    const lines = [expected, "1,2,3 next", expected, "behind", ""];
    assert.equal(program.stdout, lines.join("\n"), program.stderr);
    assert.equal(program.code, 0);
  });
}

for (const method of ["spawn", "forkserver", "fork"] as const) {
  test(`${method}: workers end with a program that is killed while they work`, linux, async () => {
    let pids: number[] = [];
    const program = await runSource(
      `import { Pool, setStartMethod } from "manyhands/multiprocessing";
      import { ProcessPoolExecutor } from "manyhands/futures";
      import { writeSync } from "node:fs";
      setStartMethod("${method}");
      const spin = () => {
        writeSync(1, process.pid + "\\n");
        for (;;);
      };
      const pool = new Pool(2);
      const executor = new ProcessPoolExecutor({ maxWorkers: 1 });
      const idle = new Pool(1);
      const number = await idle.apply(() => process.pid);
      console.log(number);
      await Promise.all([pool.apply(spin), pool.apply(spin), executor.submit(spin)]);`,
      {
        execArgv: method === "fork" ? FORK_FLAGS : [],
        onOutput(text, pid) {
          pids = text.trim().split("\n").map(Number);
          if (pids.length === 4) process.kill(pid, "SIGKILL");
        },
      },
    );
    assert.equal(program.signal, "SIGKILL", program.stderr);
    assert.equal(new Set(pids).size, 4);
    await until(() => !pids.some(runs), "the end of the workers");
  });
}

test("processes that a thread starts and ends leave no warning of Node", LIMIT, async () => {
  const result = await runSource(
    `import { Pool, ThreadPool } from "manyhands/multiprocessing";
    const threads = new ThreadPool(1);
    const doubled = await threads.apply(async () => {
      const pool = new Pool(2);
      const results = await pool.map((x) => x * 2, [1, 2, 3]);
      await pool.terminate();
      return results;
    });
    console.log(doubled);
    await threads.terminate();`,
    { timeoutMs: 60_000 },
  );
  assert.equal(result.stderr, "");
  assert.equal(result.stdout, "[ 2, 4, 6 ]\n");
});

test(
  "an idle worker that is stopped from outside is replaced when a call ran out",
  linux,
  async () => {
    const pool = new Pool(1);
    const pid = await pool.apply(() => process.pid);
    process.kill(pid, "SIGSTOP");
    const { name } = pool.workers[0]!;
    await assert.rejects(
      pool.apply(() => process.pid, [], { timeoutMs: 1_200 }),
      TimeoutError,
    );
    assert.notEqual(await pool.apply(() => process.pid), pid);
    assert.notEqual(pool.workers[0]!.name, name);
    await pool.terminate();
  },
);

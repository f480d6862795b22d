/** Programs started from where the rest of the toolkit runs: pools, processes, forked copies. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { test } from "node:test";
import { CalledProcessError, NotFoundError, TimeoutExpired } from "manyhands/errors";
import { Pool, Process, ThreadPool } from "manyhands/multiprocessing";
import { checkOutput, run, runSync } from "manyhands/subprocess";
import { expectNoLeftovers } from "../support/leftovers.js";
import { packageRoot } from "../support/package-root.js";
import { runScript } from "../support/run-program.js";

const missing = (): unknown => run(["no-such-program"]);

await expectNoLeftovers({
  // What lives as long as the program: the fork server, the family's memory.
  warmUp: async () => {
    const pool = new Pool(1);
    await pool.apply(missing).catch(() => {});
    await pool.terminate();
    await pool.join();
  },
});
const limit = { timeout: 60_000 };
const linuxOnly = { ...limit, skip: process.platform === "linux" ? false : "only Linux forks" };

const double = async (n: number): Promise<number> =>
  Number(await checkOutput(["expr", String(n), "*", "2"], { text: true }));
const doubleSync = (n: number): number =>
  Number(runSync(["expr", String(n), "*", "2"], { captureOutput: true, text: true }).stdout);
const failing = (): unknown =>
  run(["sh", "-c", "echo why >&2; exit 3"], {
    check: true,
    captureOutput: true,
    text: true,
  });
/** Stopped when it has spoken: each try gives the program more time for that. */
const late = async (): Promise<unknown> => {
  const command = ["sh", "-c", "echo so far; exec sleep 60"];
  const start = (timeoutMs: number): Promise<unknown> =>
    run(command, { timeoutMs, captureOutput: true });
  for (const timeoutMs of [200, 1000, 5000]) {
    const error = await start(timeoutMs).catch((reason: TimeoutExpired) => reason);
    if (String((error as TimeoutExpired).stdout) !== "") throw error;
  }
  return start(30_000);
};

for (const Kind of [Pool, ThreadPool]) {
  test(`the tasks of a ${Kind.name} call programs, and fail as programs do`, limit, async () => {
    const pool = new Kind(2);
    try {
      const numbers = Array.from({ length: 12 }, (_, index) => index + 1);
      const doubled = numbers.map((n) => 2 * n);
      assert.deepEqual(await pool.map(double, numbers), doubled);
      assert.deepEqual(await pool.map(doubleSync, numbers), doubled);
      await assert.rejects(pool.apply(failing), (error: CalledProcessError) => {
        assert.ok(error instanceof CalledProcessError);
        assert.deepEqual([error.returnCode, error.stderr], [3, "why\n"]);
        return true;
      });
      await assert.rejects(pool.apply(late), (error: TimeoutExpired) => {
        assert.ok(error instanceof TimeoutExpired);
        assert.equal(String(error.stdout), "so far\n");
        return true;
      });
      await assert.rejects(pool.apply(missing), NotFoundError);
    } finally {
      await pool.terminate();
    }
  });
}

test("processes side by side each run a program to its end", limit, async () => {
  const processes = [0, 3].map((code) => {
    const target = async (): Promise<number> =>
      (await run(["sh", "-c", `exit ${code}`])).returnCode;
    return new Process({ target });
  });
  await Promise.all(processes.map((process) => process.start()));
  assert.deepEqual(await Promise.all(processes.map((process) => process.result())), [0, 3]);
  await Promise.all(processes.map((process) => process.join()));
});

test("a forked copy starts programs and hears of their ends", linuxOnly, async () => {
  const program = fileURLToPath(new URL("../fixtures/forks-programs.js", import.meta.url));
  const args = ["run", "--start-method", "fork", program];
  const command = `${packageRoot}/dist/cli/main.js`;
  const { stdout, stderr, code } = await runScript(command, { args });
  assert.equal(stdout, "child of the copy, 3\nfed\nfrom a task\nthe copy ended with 5\n", stderr);
  assert.equal(code, 0);
});

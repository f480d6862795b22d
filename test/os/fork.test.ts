import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { test } from "node:test";
import { StateError } from "manyhands/errors";
import { fork, waitpid } from "manyhands/os";
import { FORK_FLAGS } from "#internal/workers/exec-argv.js";
import { expectNoLeftovers } from "../support/leftovers.js";
import { packageRoot } from "../support/package-root.js";
import { runScript, runSource } from "../support/run-program.js";

await expectNoLeftovers();
const LIMIT = { timeout: 60_000, skip: process.platform === "linux" ? false : "only Linux forks" };
const command = `${packageRoot}/dist/cli/main.js`;
const program = fileURLToPath(new URL("../fixtures/forks.js", import.meta.url));

test("fork returns twice and waitpid gives the exit code", LIMIT, async () => {
  const args = ["run", "--start-method", "fork", program];
  const { stdout, stderr, code } = await runScript(command, { args });
  const lines = stdout.trim().split("\n").sort();
  assert.deepEqual(lines, ["child of its parent", "ended with 6", "still none"], stderr);
  assert.equal(code, 0);
});

test("a copy has what it inherits, though the original lets go of it at once", LIMIT, async () => {
  const { stdout, stderr } = await runSource(
    `
    import { Pipe } from "manyhands/multiprocessing";
    import { fork, waitpid } from "manyhands/os";
    const [mine, theirs] = Pipe();
    const pid = fork();
    if (pid === 0) {
      mine.close();
      theirs.sendSync("sent by the copy");
      process.exit(0);
    }
    theirs.close();
    console.log(await mine.recv(), waitpid(pid).exitCode);
    `,
    { execArgv: FORK_FLAGS },
  );
  assert.equal(stdout, "sent by the copy 0\n", stderr);
});

test("a copy does not wait for what threads of the original do", LIMIT, async () => {
  const { stdout, stderr } = await runSource(
    `
    import { setTimeout as sleep } from "node:timers/promises";
    import { ThreadPool } from "manyhands/multiprocessing";
    import { fork, waitpid } from "manyhands/os";
    const pool = new ThreadPool(2);
    await pool.apply(() => 0);
    const answer = pool.apply(() => new Promise((resolve) => setTimeout(resolve, 500, "there")));
    await sleep(100);
    const pid = fork();
    if (pid !== 0) {
      console.log(await answer, waitpid(pid).exitCode);
      await pool.terminate();
    }
    `,
    { execArgv: FORK_FLAGS },
  );
  assert.equal(stdout, "there 0\n", stderr);
});

test("a program that was not started for it is told how", LIMIT, () => {
  assert.throws(
    () => fork(),
    (error: Error) => {
      assert.ok(error instanceof StateError);
      assert.match(error.message, /manyhands run --start-method fork/);
      return true;
    },
  );
  assert.throws(() => waitpid(1), StateError);
  assert.throws(() => waitpid(0), RangeError);
  assert.throws(() => waitpid(NaN), RangeError);
});

test("waitpid takes a number, and options", LIMIT, () => {
  for (const pid of ["1", null, undefined]) {
    assert.throws(() => waitpid(pid as never), { name: "TypeError", message: /pid must be/ });
  }
  for (const options of [null, 5, { noHang: 1 }]) {
    assert.throws(() => waitpid(-1, options as never), { name: "TypeError" });
  }
});

test("the command refuses what it does not know", LIMIT, async () => {
  for (const args of [
    ["run"],
    ["run", "--start-method", "vfork", program],
    ["run", "nowhere.js"],
  ]) {
    const { code, stderr } = await runScript(command, { args });
    assert.equal(code, 1);
    assert.match(stderr, /manyhands run: .*\n\n {2}manyhands run \[--start-method/);
  }
});

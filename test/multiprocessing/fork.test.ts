import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { test } from "node:test";
import { FORK_FLAGS } from "#internal/workers/exec-argv.js";
import { processContract } from "../contracts/process.js";
import { expectNoLeftovers } from "../support/leftovers.js";
import { runScript, runSource } from "../support/run-program.js";

await expectNoLeftovers();

const linux = process.platform === "linux" ? false : "only Linux can fork";
const program = fileURLToPath(new URL("../fixtures/fork-contract.js", import.meta.url));

processContract.forEach((clause, index) => {
  test(`fork: ${clause.name}`, { skip: linux, timeout: 60_000 }, async () => {
    const done = await runScript(program, { execArgv: FORK_FLAGS, args: [String(index)] });
    assert.equal(done.code, 0, done.stdout + done.stderr);
    assert.equal(done.stdout.trim(), "kept");
  });
});

test("fork: pools end at any moment, forked or not", { skip: linux, timeout: 60_000 }, async () => {
  const { stdout, stderr } = await runSource(
    `
    import { ProcessPoolExecutor } from "manyhands/futures";
    import { Pool, setStartMethod } from "manyhands/multiprocessing";
    setStartMethod("fork");
    const none = new Pool(2);
    await none.terminate();
    const dying = new Pool(1);
    const death = await dying.apply(() => process.exit(3)).catch((error) => error);
    await dying.terminate();
    const renewed = new Pool({ processes: 1, maxTasksPerChild: 1 });
    const squares = await renewed.map((x) => x * x, [2, 3], { chunkSize: 1 });
    await renewed.terminate();
    const executor = new ProcessPoolExecutor({ maxWorkers: 1 });
    const future = executor.submit(() => 1);
    await executor.killWorkers();
    console.log(death.name, squares, await future.then(String, ({ name }) => name));
    `,
    { execArgv: FORK_FLAGS },
  );
  assert.match(
    stdout,
    /^BrokenProcessPool \[ 4, 9 \] (CancelledError|BrokenProcessPool)\n$/,
    stderr,
  );
});

test(
  "fork: a copy has no part in its parent's pools",
  { skip: linux, timeout: 60_000 },
  async () => {
    const { stdout, stderr } = await runSource(
      `
    import { Event, Pool, Process } from "manyhands/multiprocessing";
    const pool = new Pool({ processes: 1, startMethod: "forkserver" });
    const copied = new Event();
    const asked = pool.applyAsync(async () => (await copied.wait(), 1));
    const target = async () => {
      const failures = [() => pool.apply(() => 2), () => pool.mapSync(() => 3, [1])];
      failures.push(() => asked.getSync());
      const names = [];
      for (const fail of failures) {
        await Promise.resolve().then(fail).catch(({ name }) => names.push(name));
      }
      await pool.terminate();
      return names;
    };
    const child = await new Process({ startMethod: "fork", target }).start();
    const names = await child.result();
    copied.set();
    console.log(...names, await asked.get(), await pool.apply(() => 4));
    await child.join();
    await pool.terminate();
    `,
      { execArgv: FORK_FLAGS },
    );
    assert.equal(stdout, "StateError StateError StateError 1 4\n", stderr);
  },
);

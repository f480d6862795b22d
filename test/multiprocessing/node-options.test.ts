/** Options of Node that a process is given: only a fresh node takes them. */
import assert from "node:assert/strict";
import { getHeapStatistics } from "node:v8";
import { test } from "node:test";
import { FORK_FLAGS } from "#internal/workers/exec-argv.js";
import { getContext, Process } from "manyhands/multiprocessing";
import { expectNoLeftovers } from "../support/leftovers.js";
import { runSource } from "../support/run-program.js";
import { warmUp } from "../workers/warm-up.js";

await expectNoLeftovers({ warmUp });
const LIMIT = { timeout: 60_000 };
const OWN = ["--max-old-space-size=64", "--expose-gc"];

const options = () => [process.execArgv, typeof globalThis.gc, getHeapStatistics().heap_size_limit];

test("a process with options of its own has them, and tells no others", LIMIT, async () => {
  for (const method of [{}, { startMethod: "spawn" }] as const) {
    const child = await new Process({ ...method, target: options, execArgv: OWN }).start();
    const [execArgv, gc, limit] = await child.result();
    await child.join();
    assert.deepEqual([execArgv, gc], [OWN, "function"]);
    assert.ok((limit as number) < getHeapStatistics().heap_size_limit, `${String(limit)} bytes`);
  }
});

test("it is spawned whichever method is the default", LIMIT, async () => {
  const source = `
    import { Process, setStartMethod } from "manyhands/multiprocessing";
    const target = () => typeof globalThis.gc;
    const own = { target, execArgv: ["--expose-gc"] };
    const run = async () => {
      const child = await new Process(own).start();
      console.log(await child.result());
      await child.join();
    };
    await run();
    setStartMethod("forkserver", { force: true });
    await run();
  `;
  const env = { MANYHANDS_START_METHOD: "fork" };
  const { stdout, stderr } = await runSource(source, { execArgv: FORK_FLAGS, env });
  assert.equal(stdout, "function\nfunction\n", stderr);
});

test("options of its own are refused beside a method that copies", LIMIT, () => {
  for (const startMethod of ["forkserver", "fork"] as const) {
    const refused = { name: "RangeError", message: /execArgv does not go with startMethod '\w+'/ };
    const own = { target: options, execArgv: OWN };
    assert.throws(() => new Process({ ...own, startMethod }), refused);
    assert.throws(() => new (getContext(startMethod).Process)(own), refused);
  }
});

test("the program's own options go with every method", LIMIT, async () => {
  const source = `
    import { Process } from "manyhands/multiprocessing";
    const target = () => process.execArgv.join();
    for (const startMethod of ["spawn", "forkserver"]) {
      const execArgv = process.execArgv;
      const child = await new Process({ target, startMethod, execArgv }).start();
      console.log(startMethod, await child.result());
      await child.join();
    }
  `;
  const { stdout, stderr } = await runSource(source, { execArgv: ["--no-deprecation"] });
  assert.equal(stdout, "spawn --no-deprecation\nforkserver --no-deprecation\n", stderr);
});

/** Later threads and spawned processes are handed what V8 compiled in the first one. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { expectNoLeftovers } from "../support/leftovers.js";
import { packageRoot } from "../support/package-root.js";
import { runSource } from "../support/run-program.js";

const LIMIT = { timeout: 120_000 };

await expectNoLeftovers();

/** Where the children's coverage is not counted. */
const ENV = { NODE_V8_COVERAGE: undefined };

/** Says of a child whether it was given code, and of how many files V8 refused it. */
const HEAD = `
  import { Thread } from "manyhands/threading";
  import { Process } from "manyhands/multiprocessing";
  const told = () => {
    const code = globalThis[Symbol.for("manyhands.compiled")];
    return [code.given.size > 0, code.refused.length];
  };
  const thread = (target) => new Thread({ target });
  const spawned = (target, options) => new Process({ target, startMethod: "spawn", ...options });
  const run = async (child) => {
    await child.start();
    const result = await child.result();
    await child.join();
    console.log(JSON.stringify(result));
  };
`;

for (const kind of ["thread", "spawned"]) {
  test(`the second ${kind} gets it, and V8 takes it`, LIMIT, async () => {
    const { stdout, stderr } = await runSource(
      `${HEAD}
      for (let count = 0; count < 3; count++) await run(${kind}(told));
    `,
      { env: ENV },
    );
    assert.equal(stdout, "[false,0]\n[true,0]\n[true,0]\n", stderr);
  });

  test(`one ${kind} after the other is asked, until one has answered`, LIMIT, async () => {
    const { stdout, stderr } = await runSource(
      `${HEAD}
      process.on("warning", () => {});
      for (let count = 0; count < 2; count++) {
        const child = await ${kind}(() => new Promise(() => setInterval(() => {}, 1000))).start();
        await child.terminate();
        await child.join();
      }
      for (let count = 0; count < 2; count++) await run(${kind}(told));
    `,
      { env: ENV },
    );
    assert.equal(stdout, "[false,0]\n[true,0]\n", stderr);
  });

  test(`a ${kind} whose start is counted for coverage gets none`, LIMIT, async (context) => {
    const reports = mkdtempSync(join(packageRoot, "build", "coverage-"));
    context.after(() => rmSync(reports, { recursive: true }));
    const source = `${HEAD}
      for (let count = 0; count < 2; count++) await run(${kind}(told));
    `;
    const { stdout, stderr } = await runSource(source, { env: { NODE_V8_COVERAGE: reports } });
    assert.equal(stdout, "[false,0]\n[false,0]\n", stderr);
  });
}

test("processes with options of their own compile for themselves", LIMIT, async () => {
  const { stdout, stderr } = await runSource(
    `${HEAD}
    for (let count = 0; count < 2; count++) await run(spawned(told));
    await run(spawned(told, { execArgv: ["--stack-size=900"] }));
  `,
    { env: ENV },
  );
  assert.equal(stdout, "[false,0]\n[true,0]\n[false,0]\n", stderr);
});

test("code that V8 cannot take is compiled as ever", LIMIT, async () => {
  const { stdout, stderr } = await runSource(
    `${HEAD}
    import { setFlagsFromString } from "node:v8";
    await run(thread(told));
    // Part of what V8 compares, so that code from before counts as another V8's.
    setFlagsFromString("--no-flush-bytecode");
    await run(thread(() => told()[1] > 0));
  `,
    { env: ENV },
  );
  assert.equal(stdout, "[false,0]\ntrue\n", stderr);
});

/** Failures that were looked at, be it late, keep nothing: not what failed, nor what it used. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { expectNoLeftovers } from "../support/leftovers.js";
import { runSource } from "../support/run-program.js";

await expectNoLeftovers();

const LIMIT = { timeout: 60_000 };

/** Makes a hundred failures by `fail`, looks at each late, and prints how many are left. */
const program = (imports: string, fail: string): string => `
  import { setImmediate, setTimeout } from "node:timers/promises";
  ${imports}
  const made = [];
  async function looked() {
    ${fail}
    made.push(new WeakRef(failed));
    await setImmediate();
    await failed.then(null, () => {});
  }
  for (let n = 0; n < 100; n++) await looked();
  for (let n = 0; n < 20; n++) {
    gc();
    await setTimeout(1);
  }
  console.log(made.filter((one) => one.deref() !== undefined).length);
`;

const tasks = `import { createTask, sleep } from "manyhands/asyncio";`;
const failures = {
  "a task that throws at once": [
    tasks,
    `const failed = createTask(async () => { throw new Error("at once"); });`,
  ],
  "a task that throws after an await": [
    tasks,
    `const failed = createTask(async () => { await sleep(0); throw new Error("later"); });
     await sleep(1);`,
  ],
  "a Future of asyncio with an error that names it": [
    `import { Future } from "manyhands/asyncio";`,
    `const failed = new Future();
     failed.setException(Object.assign(new Error("named"), { failed }));`,
  ],
  "a Future of futures with an error that names it": [
    `import { Future } from "manyhands/futures";`,
    `const failed = new Future();
     failed.setException(Object.assign(new Error("named"), { failed }));`,
  ],
};

for (const [what, [imports, fail]] of Object.entries(failures))
  test(`${what} is collected once its failure was looked at`, LIMIT, async () => {
    const source = program(imports!, fail!);
    const { stdout, stderr } = await runSource(source, { execArgv: ["--expose-gc"] });
    assert.equal(stderr, "");
    // The last one may still be on the stack.
    assert.ok(Number(stdout) <= 1, `${stdout.trim()} of 100 are left`);
  });

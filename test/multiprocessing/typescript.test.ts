import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { toolFolder } from "../carry/functions/support/tools.ts";
import { runSource } from "../support/run-program.js";

const LIMIT = { timeout: 120_000 };

const PROGRAM = `
import { Process, Queue, Lock } from "manyhands/multiprocessing";
import { Queue as ThreadQueue } from "manyhands/queue";
import { Thread } from "manyhands/threading";
const queue = new Queue();
const lock = new Lock();
const child = new Process({
  target: async (taken) => {
    using_(lock, () => taken.putSync({ from: "process", lock }));
  },
  args: [queue],
});
function using_(held, body) { held.acquireSync(); try { body(); } finally { held.release(); } }
await child.start();
await child.join();
const item = await queue.get({ timeoutMs: 20000 });
console.log(item.from, item.lock === lock, child.exitCode);
const near = new ThreadQueue();
const thread = await new Thread({ target: () => near.putSync("thread") }).start();
console.log(await near.get({ timeoutMs: 20000 }));
await thread.join();
`;

// A command of tsx compiles what is required as well as what is imported.
test("queues and locks cross in a program that tsx runs", LIMIT, async (context) => {
  const tsx = toolFolder("tsx");
  if (tsx === undefined) return context.skip("tsx cannot be installed here");
  const execArgv = [
    `--require=${join(tsx, "dist", "preflight.cjs")}`,
    `--import=file://${join(tsx, "dist", "loader.mjs")}`,
  ];
  const { stdout, stderr } = await runSource(PROGRAM, {
    execArgv,
    env: { TSX_DISABLE_CACHE: "1" },
    timeoutMs: 100_000,
  });
  assert.equal(stdout, "process true 0\nthread\n", stderr);
});

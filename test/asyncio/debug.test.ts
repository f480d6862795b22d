import assert from "node:assert/strict";
import { test } from "node:test";
import {
  captureCallGraph,
  createTask,
  currentTask,
  formatCallGraph,
  gather,
  Lock,
  run,
  sleep,
  wait,
} from "manyhands/asyncio";
import { runSource } from "../support/run-program.js";

const limit = { timeout: 60_000 };

const warningsOf = async (body: string, slowCallbackMs = 60): Promise<string> => {
  const { stderr } = await runSource(`
    import { run, createTask, sleep, currentTask, timeout, gather } from "manyhands/asyncio";
    const hold = (ms) => { const end = performance.now() + ms; while (performance.now() < end); };
    await run(async () => { ${body} }, { debug: true, slowCallbackMs: ${slowCallbackMs} });
  `);
  return stderr;
};

test("debug mode names the task that holds the loop", limit, async () => {
  const atStart = await warningsOf(`await createTask(async () => hold(90), { name: "greedy" });`);
  assert.match(atStart, /MANYHANDS_SLOW_CALLBACK\S* AsyncioWarning: greedy held the event loop/);
  const later = await warningsOf(
    `await createTask(async () => { await sleep(1); hold(90); await null; }, { name: "greedy" });`,
  );
  assert.match(later, /greedy held the event loop for \d+ ms \(limit 60 ms\)/);
  assert.doesNotMatch(await warningsOf("await sleep(1600);", 1500), /held/);
});

test("debug mode reports tasks that were never awaited, and where they began", limit, async () => {
  const warnings = await warningsOf(`
    createTask(async () => 1, { name: "forgotten" });
    await gather([createTask(async () => 2, { name: "gathered" })]);
    await sleep(1);
  `);
  assert.match(warnings, /forgotten was never awaited; created at .*program\.mjs:\d+/);
  assert.doesNotMatch(warnings, /(gathered|main) was/);
});

test("debug mode reports a task that swallowed its CancelledError", limit, async () => {
  const warnings = await warningsOf(`
    const careless = createTask(() => sleep(1e4).catch(() => {}), { name: "careless" });
    const careful = createTask(async () => {
      await sleep(1e4).catch(() => currentTask().uncancel());
    }, { name: "careful" });
    await sleep(1);
    careless.cancel();
    careful.cancel();
    await gather([careless, careful]);
    await timeout(1, () => sleep(1e4)).catch(() => {});
  `);
  assert.match(warnings, /careless caught its CancelledError and did not rethrow it.*created at/);
  assert.doesNotMatch(warnings, /careful caught|main caught/);
});

test("without debug mode nothing is reported", limit, async () => {
  const { stderr } = await runSource(`
    import { run, createTask, sleep } from "manyhands/asyncio";
    await run(async () => { createTask(async () => 1); await sleep(1); });
  `);
  assert.equal(stderr, "");
});

test("the call graph is the tree of those who wait", limit, async () => {
  const lock = new Lock({ name: "store" });
  await run(async () => {
    await lock.acquire();
    const writer = createTask(() => lock.acquire(), { name: "writer" });
    const reader = createTask(async () => await writer, { name: "reader" });
    const all = createTask(async () => await gather([writer, reader]), { name: "all" });
    const watcher = createTask(() => wait([all]), { name: "watcher" });
    await sleep(1);
    const graph = captureCallGraph(writer)!;
    assert.deepEqual(graph.waitsFor, ["store.acquire()"]);
    assert.deepEqual(graph.awaitedBy.map(({ future }) => String(future)).sort(), [
      '<Task "reader" pending>',
      "<gather of 2 pending>",
    ]);
    assert.equal(
      formatCallGraph(all),
      [
        "* all: waits for gather of 2",
        "  awaited by",
        "    * watcher: waits for wait for 1, ALL_COMPLETED",
      ].join("\n"),
    );
    assert.match(formatCallGraph(writer), /reader: waits for writer/);
    lock.release();
    await watcher;
    assert.equal(captureCallGraph()!.future, currentTask());
  });
  assert.equal(captureCallGraph(), null);
  assert.equal(formatCallGraph(), "no task is running");
});

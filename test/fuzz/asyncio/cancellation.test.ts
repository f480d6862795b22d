/**
 * Random trees of tasks, groups, time-outs, locks and queues, cancelled at random: everything ends,
 * nothing is lost, nothing is left, and a cancellation from outside is told once and stays one.
 * MANYHANDS_FUZZ_RUNS says how many of them.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import * as fc from "fast-check";
import { allTasks, createTask, getRunningLoop, run, sleep } from "manyhands/asyncio";
import { CancelledError, StateError, TaskGroupError, TimeoutError } from "manyhands/errors";
import { perform, Planned } from "./perform.js";
import { steps, type Step } from "./program.js";
import { World } from "./world.js";

const RUNS = Number(process.env.MANYHANDS_FUZZ_RUNS ?? 400);
const LONGEST_MS = 30_000;

/** What a random program may end with. */
function isExpected(error: unknown): boolean {
  if (error instanceof TaskGroupError) return error.errors.every(isExpected);
  return (
    [Planned, CancelledError, TimeoutError].some((kind) => error instanceof kind) ||
    (error instanceof StateError && error.message.includes("task group"))
  );
}

const timersNow = (): number =>
  process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;

async function runProgram(program: Step, cancelAfterMs: number): Promise<void> {
  const world = new World();
  const timers = timersNow();
  await run(async () => {
    const main = createTask(() => perform(program, { world, group: undefined }));
    world.tasks.push(main);
    const canceller = createTask(async () => {
      await sleep(cancelAfterMs);
      world.cancel(main);
    });
    try {
      await main;
    } catch (error) {
      if (!isExpected(error)) throw error;
    }
    canceller.cancel();
  });
  world.checkAtEnd();
  for (const task of world.tasks)
    if (task.state === "rejected")
      assert.ok(isExpected(task.exception()), String(task.exception()));
  assert.equal(allTasks().size, 0);
  assert.equal(timersNow(), timers, "timers are left");
}

function withinTime(work: () => Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("the program never ended")), LONGEST_MS);
  });
  return Promise.race([work(), late]).finally(() => clearTimeout(timer));
}

test("random programs end, lose nothing, and leave nothing", { timeout: 150_000 }, async () => {
  const report = (details: fc.RunDetails<[Step, number]>): void => {
    if (!details.failed) return;
    const cause = inspect(details.errorInstance);
    throw new Error(`${fc.defaultReportMessage(details)!}\n${cause}`);
  };
  const cases = fc.asyncProperty(steps, fc.integer({ min: 0, max: 12 }), (program, afterMs) =>
    withinTime(() => runProgram(program, afterMs)),
  );
  // Failures behind a shield go there, and all are planned.
  getRunningLoop().setExceptionHandler(({ exception }) => assert.ok(isExpected(exception)));
  await fc.assert(cases, {
    numRuns: RUNS,
    reporter: report,
    interruptAfterTimeLimit: 60_000,
  });
});

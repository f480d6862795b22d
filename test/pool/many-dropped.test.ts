/** Ends that drop many tasks: each has an error of its own, and together they cost little. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { CancelledError } from "manyhands/errors";
import { ThreadPoolExecutor } from "manyhands/futures";
import { type AsyncResult, Pool, ThreadPool } from "manyhands/multiprocessing";
import { expectNoLeftovers } from "../support/leftovers.js";
import * as tasks from "./tasks.js";
import { warmUp } from "./warm-up.js";
import { Workshop } from "./workshop.js";

await expectNoLeftovers({ warmUp });

const LIMIT = { timeout: 60_000 };
const MANY = 200;

function spin(): void {
  for (;;);
}

function queued(n: number): number {
  return n;
}

/** How many stacks are turned into text meanwhile: each captured one that is looked at. */
async function stacksIn(body: () => Promise<void>): Promise<number> {
  const before: unknown = Reflect.get(Error, "prepareStackTrace");
  let count = 0;
  Error.prepareStackTrace = (error, sites) => {
    if (sites.length > 0) count++;
    const lines = sites.map((site) => `\n    at ${site.getFileName()}`);
    return `${error.name}: ${error.message}${lines.join("")}`;
  };
  try {
    await body();
  } finally {
    Reflect.set(Error, "prepareStackTrace", before);
  }
  return count;
}

async function errorsOf(works: readonly PromiseLike<unknown>[]): Promise<CancelledError[]> {
  const ends = await Promise.allSettled(works);
  return ends.map((end) => {
    assert.ok(end.status === "rejected" && end.reason instanceof CancelledError);
    return end.reason;
  });
}

function checkErrors(errors: readonly CancelledError[], message: string): void {
  assert.equal(errors.length, MANY);
  assert.equal(new Set(errors).size, MANY, "each task has an error of its own");
  for (const error of errors) {
    assert.equal(error.message, message);
    assert.ok(error.stack!.startsWith(`CancelledError: ${message}\n    at `), error.stack);
    assert.match(error.stack!, /many-dropped\.test/);
  }
}

for (const Kind of [Pool, ThreadPool])
  test(`terminate of a ${Kind.name} captures one stack for all it drops`, LIMIT, async () => {
    await using pool = new Kind(1);
    await pool.apply(() => {});
    const { stackTraceLimit } = Error;
    const ahead = errorsOf([pool.apply(spin)]);
    const works = Array.from({ length: MANY }, (_, n) =>
      n % 2 === 0 ? pool.apply(queued, [n]) : pool.applyAsync(queued, [n]),
    );
    const captured = await stacksIn(async () => {
      const errors = errorsOf(works);
      await pool.terminate();
      checkErrors(await errors, `queued was cancelled: ${pool.name} was terminated`);
      await ahead;
    });
    assert.ok(captured <= 3, `${captured} stacks were captured for ${MANY} tasks`);
    assert.equal(Error.stackTraceLimit, stackTraceLimit);
  });

test("shutting an executor down captures one stack for all it cancels", LIMIT, async () => {
  using shop = new Workshop();
  const executor = new ThreadPoolExecutor({ maxWorkers: 1 });
  const held = executor.submit(tasks.held, shop.log, shop.gate);
  await shop.untilNoted(1);
  const futures = Array.from({ length: MANY }, (_, n) => executor.submit(queued, n));
  const captured = await stacksIn(async () => {
    await executor.shutdown({ wait: false, cancelFutures: true });
    assert.ok(futures.every((future) => future.cancelled));
    const message = /^queued was cancelled: ThreadPoolExecutor-\d+ was shut down$/;
    const errors = await errorsOf(futures);
    assert.match(errors[0]!.message, message);
    checkErrors(errors, errors[0]!.message);
  });
  assert.ok(captured <= 2, `${captured} stacks were captured for ${MANY} tasks`);
  shop.open();
  await executor.shutdown();
  assert.equal(await held, "held");
});

test("a callback is told the error of work that terminate dropped", LIMIT, async () => {
  const pool = new ThreadPool(1);
  await pool.apply(() => {});
  const told: unknown[] = [];
  const errorCallback = (error: unknown): void => void told.push(error);
  const works: AsyncResult<unknown>[] = [
    pool.applyAsync(spin, [], { errorCallback }),
    pool.applyAsync(queued, [1], { errorCallback }),
  ];
  await pool.terminate();
  assert.deepEqual(new Set(told), new Set(await errorsOf(works)));
});

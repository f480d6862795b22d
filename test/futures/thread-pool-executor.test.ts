import assert from "node:assert/strict";
import { cpus } from "node:os";
import { test } from "node:test";
import { ThreadPoolExecutor, type ProcessPoolExecutor } from "manyhands/futures";
import { currentThread } from "manyhands/threading";
import { executorContract } from "../contracts/executor.js";
import { expectNoLeftovers } from "../support/leftovers.js";

await expectNoLeftovers({ warmUp: () => new ThreadPoolExecutor({ maxWorkers: 1 }).shutdown() });

for (const clause of executorContract) {
  test(`an executor of threads ${clause.name}`, { timeout: 60_000 }, () =>
    clause.run((options) => new ThreadPoolExecutor(options) as unknown as ProcessPoolExecutor),
  );
}

const nameOfThread = (): string => currentThread().name;

test("threads are called after their executor and numbered", async () => {
  await using named = new ThreadPoolExecutor({ maxWorkers: 1, threadNamePrefix: "download" });
  assert.equal(await named.submit(nameOfThread), "download_0");
  await using unnamed = new ThreadPoolExecutor({ maxWorkers: 1 });
  assert.match(await unnamed.submit(nameOfThread), /^ThreadPoolExecutor-\d+_0$/);
});

test("an executor of threads has four workers more than processors unless told", () => {
  const size = Math.min(32, cpus().length + 4);
  assert.match(String(new ThreadPoolExecutor()), new RegExp(`0 of ${size} workers`));
});

test("wrong options of an executor of threads are refused", () => {
  assert.throws(() => new ThreadPoolExecutor({ maxWorkers: 0 }), RangeError);
  assert.throws(() => new ThreadPoolExecutor({ maxWorkers: "2" as never }), TypeError);
  assert.throws(() => new ThreadPoolExecutor({ threadNamePrefix: 2 as never }), TypeError);
  assert.throws(() => new ThreadPoolExecutor({ initializer: 2 as never }), TypeError);
  assert.throws(() => new ThreadPoolExecutor({ initArgs: 2 as never }), TypeError);
  assert.throws(() => new ThreadPoolExecutor({ schedule: "some" as never }), RangeError);
  assert.throws(() => new ThreadPoolExecutor({ onWorkerDeath: "some" as never }), RangeError);
  assert.throws(() => new ThreadPoolExecutor(2 as never), TypeError);
  assert.throws(() => new ThreadPoolExecutor([] as never), TypeError);
  assert.throws(() => new ThreadPoolExecutor({ onWorkerDeath: 1 as never }), TypeError);
});

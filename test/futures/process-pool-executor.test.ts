import assert from "node:assert/strict";
import { test } from "node:test";
import { ProcessPoolExecutor } from "manyhands/futures";
import { getStartMethod, setStartMethod } from "manyhands/multiprocessing";
import { processCpuCount } from "manyhands/os";
import { executorContract } from "../contracts/executor.js";
import { expectNoLeftovers } from "../support/leftovers.js";

await expectNoLeftovers({
  warmUp: async () => {
    await using executor = new ProcessPoolExecutor({ maxWorkers: 1 });
    await executor.submit(() => {});
  },
});

for (const clause of executorContract) {
  test(`an executor of processes ${clause.name}`, { timeout: 60_000 }, () =>
    clause.run((options) => new ProcessPoolExecutor(options)),
  );
}

test("an executor of processes has as many workers as it can keep busy unless told", () => {
  const shown = String(new ProcessPoolExecutor());
  assert.match(shown, new RegExp(`0 of ${processCpuCount()} workers`));
});

test("an executor of processes that replaces its workers does not fork them", async () => {
  const options = { maxWorkers: 1, maxTasksPerChild: 1 };
  assert.throws(() => new ProcessPoolExecutor({ ...options, startMethod: "fork" }), {
    name: "RangeError",
    message: /maxTasksPerChild.*'forkserver' or 'spawn'/,
  });
  const before = getStartMethod({ allowNone: true });
  setStartMethod("fork", { force: true });
  try {
    await using executor = new ProcessPoolExecutor(options);
    assert.equal(await executor.submit((n: number) => n + 1, 1), 2);
  } finally {
    setStartMethod(before, { force: true });
  }
});

test("wrong options of an executor of processes are refused", () => {
  assert.throws(() => new ProcessPoolExecutor({ maxWorkers: 0 }), RangeError);
  assert.throws(() => new ProcessPoolExecutor({ maxTasksPerChild: 0 }), RangeError);
  assert.throws(() => new ProcessPoolExecutor({ startMethod: "clone" as never }), RangeError);
  assert.throws(() => new ProcessPoolExecutor({ startMethod: 3 as never }), TypeError);
  assert.throws(() => new ProcessPoolExecutor(2 as never), TypeError);
  assert.throws(() => new ProcessPoolExecutor([] as never), TypeError);
  assert.throws(() => new ProcessPoolExecutor({ onWorkerDeath: 1 as never }), TypeError);
});

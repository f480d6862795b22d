import assert from "node:assert/strict";
import { test } from "node:test";
import { BrokenExecutorError } from "manyhands/errors";
import { ProcessPoolExecutor, ThreadPoolExecutor } from "manyhands/futures";

const twice = (n: number): number => 2 * n;

for (const Executor of [ThreadPoolExecutor, ProcessPoolExecutor]) {
  test(`a broken ${Executor.name} refuses all work at the call`, { timeout: 60_000 }, async () => {
    const executor = new Executor({ maxWorkers: 1, onWorkerDeath: "break" });
    await assert.rejects(executor.submit(() => process.exit(1)).result(), BrokenExecutorError);
    const lazy = executor.with({ bufferSize: 1 });
    for (const call of [
      () => executor.submit(twice, 1),
      () => executor.map(twice, [1]),
      () => executor.mapSync(twice, [1]),
      () => lazy.map(twice, [1]),
      () => executor.map(twice, []),
    ])
      assert.throws(call, BrokenExecutorError);
    await executor.shutdown();
  });
}

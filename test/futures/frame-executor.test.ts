import { overFrames } from "../crew/no-platform.js";
import { test } from "node:test";
import { ProcessPoolExecutor } from "manyhands/futures";
import { executorContract } from "../contracts/executor.js";
import { expectNoLeftovers } from "../support/leftovers.js";

await expectNoLeftovers({
  warmUp: async () => {
    await using executor = new ProcessPoolExecutor({ maxWorkers: 1 });
    await executor.submit(() => {});
  },
});

for (const clause of executorContract)
  test(`an executor, ${overFrames}: ${clause.name}`, { timeout: 60_000 }, () =>
    clause.run((options) => new ProcessPoolExecutor(options)),
  );

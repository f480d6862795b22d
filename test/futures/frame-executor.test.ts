import "../crew/no-platform.js";
import { test } from "node:test";
import { ProcessPoolExecutor } from "manyhands/futures";
import { executorContract } from "../contracts/executor.js";
import { expectNoLeftovers } from "../support/leftovers.js";

expectNoLeftovers({
  warmUp: async () => {
    await using executor = new ProcessPoolExecutor({ maxWorkers: 1 });
    await executor.submit(() => {});
  },
});

for (const clause of executorContract)
  test(`without shared memory, an executor of processes ${clause.name}`, { timeout: 60_000 }, () =>
    clause.run((options) => new ProcessPoolExecutor(options)),
  );

import { test } from "node:test";
import { Queue } from "manyhands/multiprocessing";
import { killAtRandom } from "../channels/deaths.js";
import { expectNoLeftovers } from "../support/leftovers.js";

await expectNoLeftovers({ warmUp: () => new Queue().get({ timeoutMs: 1 }).catch(() => {}) });

test("four producers and four consumers, killed for 30 s", { timeout: 120_000 }, async () => {
  await killAtRandom({ queue: new Queue(1000), pairs: 4, durationMs: 30_000 });
});

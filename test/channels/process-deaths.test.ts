import { test } from "node:test";
import { LifoQueue, PriorityQueue, Queue } from "manyhands/multiprocessing";
import { expectNoLeftovers } from "../support/leftovers.js";
import { killAtRandom } from "./deaths.js";

const limit = { timeout: 60_000 };

await expectNoLeftovers({ warmUp: () => new Queue().get({ timeoutMs: 1 }).catch(() => {}) });

test("killed producers and consumers lose and double nothing", limit, async () => {
  await killAtRandom({ queue: new Queue(100), pairs: 2, durationMs: 4000 });
});

test("the same holds for a LIFO queue", limit, async () => {
  await killAtRandom({ queue: new LifoQueue(100), pairs: 2, durationMs: 3000 });
});

test("the same holds for a priority queue", limit, async () => {
  const queue = new PriorityQueue<{ number: number }>({
    maxSize: 100,
    compare: (a, b) => a.number - b.number,
  });
  await killAtRandom({ queue: queue as PriorityQueue, pairs: 2, durationMs: 3000 });
});

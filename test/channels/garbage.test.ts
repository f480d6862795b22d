/** Shared memory that garbage holds comes back before it is used up. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { expectNoLeftovers } from "../support/leftovers.js";
import { runSource } from "../support/run-program.js";

await expectNoLeftovers();

const LIMIT = { timeout: 100_000 };

/** As where the system gives no more: the threads of the program then share a sixteenth of it. */
const LITTLE_MEMORY = `
  const Given = SharedArrayBuffer;
  globalThis.SharedArrayBuffer = class extends Given {
    constructor(sizeBytes, ...rest) {
      if (sizeBytes > 2 ** 26) throw new RangeError("Array buffer allocation failed");
      super(sizeBytes, ...rest);
    }
  };
  const { LifoQueue, PriorityQueue, Queue } = await import("manyhands/queue");
`;

const MADE = {
  queues: "new Queue()",
  "queues of other orders": "[new LifoQueue(), new PriorityQueue()]",
  "queues with short items": "new Queue().putSync('short')",
  "queues with many items":
    "for (const queue = new Queue(); queue.size < 100; ) queue.putSync(text)",
  "queues with large items": "new LifoQueue().putSync(large)",
};

for (const [what, made] of Object.entries(MADE)) {
  test(`${what} can be made and dropped without end`, LIMIT, async () => {
    const { stdout, stderr } = await runSource(
      `${LITTLE_MEMORY}
      const text = "x".repeat(500);
      const large = "x".repeat(50_000);
      for (let at = 0; at < 9_000; at++) ${made};
      console.log("made");`,
    );
    assert.equal(stdout, "made\n", stderr);
  });
}

test("a queue grows in the place of others that were dropped", LIMIT, async () => {
  const { stdout, stderr } = await runSource(
    `${LITTLE_MEMORY}
    const queue = new Queue(0, { maxBytes: 2 ** 30 });
    const fill = () => {
      const kept = [];
      try {
        for (;;) kept.push(new Queue());
      } catch (error) {
        return [error.name, kept.every((one) => one.empty)].join();
      }
    };
    // After a collection that was in vain there is none for a while.
    const put = (item) => {
      for (;;) {
        try {
          return queue.putSync(item);
        } catch (error) {
          if (error.name !== "ResourceLimitError") throw error;
        }
      }
    };
    console.log(fill());
    for (let at = 0; at < 20_000; at++) put("x".repeat(500) + at);
    console.log(queue.size);`,
  );
  assert.equal(stdout, "ResourceLimitError,true\n20000\n", stderr);
});

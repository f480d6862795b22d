import assert from "node:assert/strict";
import { test } from "node:test";
import { TimeoutError } from "manyhands/errors";
import { Guide } from "#internal/cli/tour/guide.js";

async function visit(
  run: (guide: Guide) => Promise<void>,
): Promise<{ guide: Guide; text: string }> {
  const lines: string[] = [];
  const guide = new Guide((line) => lines.push(line));
  await guide.visit({ title: "here", text: "What there is.", run }, "1/1");
  return { guide, text: lines.join("\n") };
}

test("claims that hold are counted as seen", async () => {
  const { guide, text } = await visit(async (stop) => {
    stop.equal("the parts", [1, { a: 2 }], [1, { a: 2 }]);
    stop.that("the whole", true);
    await stop.fails("the wait", () => Promise.reject(new TimeoutError("late")), TimeoutError);
  });
  assert.deepEqual([guide.seen, guide.wrong], [3, 0]);
  assert.match(text, /ok +the wait: TimeoutError: late/);
});

test("claims that do not hold are counted as wrong", async () => {
  const { guide } = await visit(async (stop) => {
    stop.equal("the parts", [1], [2]);
    stop.that("the whole", false);
    await stop.fails("no failure", () => 1, TimeoutError);
    await stop.fails("another failure", () => Promise.reject(new Error("no")), TimeoutError);
  });
  assert.deepEqual([guide.seen, guide.wrong], [4, 4]);
});

test("a stop that breaks off is wrong and does not end the tour", async () => {
  const { guide, text } = await visit(async () => {
    throw new RangeError("off the road");
  });
  assert.equal(guide.wrong, 1);
  assert.match(text, /broke off: RangeError: off the road/);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { TimeoutError } from "manyhands/errors";
import { FakeClock, untilBlocked } from "manyhands/testing";
import { expectNoLeftovers } from "../support/leftovers.js";

await expectNoLeftovers();

test("untilBlocked waits for the number of waiters it is given", async () => {
  const lock = { waiting: 0 };
  const blocked = untilBlocked(lock, { waiters: 2 });
  lock.waiting = 1;
  setImmediate(() => (lock.waiting = 2));
  await blocked;
  assert.equal(lock.waiting, 2);
});

test("untilBlocked takes a state or a question", async () => {
  await untilBlocked({ state: "blocked" });
  await untilBlocked(() => true);
});

test("untilBlocked gives up with a TimeoutError that shows what it looked at", async () => {
  const wait = untilBlocked({ state: "running" }, { timeoutMs: 5 });
  await assert.rejects(
    wait,
    (error) => error instanceof TimeoutError && /running/.test(error.message),
  );
});

test("untilBlocked rejects with the reason of an abort", async () => {
  const reason = new Error("enough");
  const wait = untilBlocked(() => false, { signal: AbortSignal.abort(reason) });
  await assert.rejects(wait, reason);
});

test("a fake clock ends delays in order, each at its time", async () => {
  const clock = new FakeClock(100);
  const seen: [string, number][] = [];
  const sleep = async (name: string, ms: number) => {
    await clock.delay(ms);
    seen.push([name, clock.time()]);
  };
  const sleepers = [sleep("late", 30), sleep("early", 10), sleep("never", 1_000)];
  await clock.advance(50);
  assert.deepEqual(seen, [
    ["early", 110],
    ["late", 130],
  ]);
  assert.equal(clock.time(), 150);
  assert.equal(clock.waiting, 1);
  await clock.advance(1_000);
  await Promise.all(sleepers);
});

test("a delay made by one that ended counts in the same advance", async () => {
  const clock = new FakeClock();
  const chain = clock.delay(10).then(() => clock.delay(10));
  await clock.advance(20);
  await chain;
  assert.match(String(clock), /FakeClock at 20 ms/);
});

test("a fake clock refuses to go back", async () => {
  await assert.rejects(new FakeClock().advance(-1), RangeError);
});

test("bad times and counts are refused", async () => {
  const clock = new FakeClock();
  await assert.rejects(clock.delay(-1), RangeError);
  assert.throws(() => new FakeClock(NaN), RangeError);
  assert.throws(() => new FakeClock("0" as never), TypeError);
  await assert.rejects(clock.advance(NaN), RangeError);
  await assert.rejects(untilBlocked({ waiting: 1 }, { waiters: 0 }), RangeError);
  await assert.rejects(untilBlocked({ waiting: 1 }, { waiters: "1" as never }), TypeError);
});

test("what cannot be blocked is refused at once", async () => {
  for (const target of [null, undefined, 5, "lock", {}, [], new Map()])
    await assert.rejects(
      untilBlocked(target as never),
      /^TypeError: a lock, a thread or a question/,
    );
});

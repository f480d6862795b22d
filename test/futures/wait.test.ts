import assert from "node:assert/strict";
import { test } from "node:test";
import { CancelledError, StateError, TimeoutError } from "manyhands/errors";
import {
  ALL_COMPLETED,
  asCompleted,
  asCompletedSync,
  FIRST_COMPLETED,
  FIRST_EXCEPTION,
  Future,
  wait,
  waitSync,
} from "manyhands/futures";
import { warningsOf } from "../support/warnings.js";

const pending = (): Future<number> => new Future<number>();

function settled(value: number): Future<number> {
  const future = pending();
  future.setResult(value);
  return future;
}

function failed(message: string): Future<number> {
  const future = pending();
  future.setException(new Error(message));
  void future.exception();
  return future;
}

test("wait gives the futures by whether they are done", async () => {
  const [one, two] = [settled(1), pending()];
  setImmediate(() => two.setResult(2));
  const { done, notDone } = await wait([one, two, one]);
  assert.deepEqual([...done], [one, two]);
  assert.equal(notDone.size, 0);
});

test("wait over nothing is over at once", async () => {
  for (const returnWhen of [ALL_COMPLETED, FIRST_COMPLETED, FIRST_EXCEPTION] as const)
    assert.deepEqual(await wait([], { returnWhen }), { done: new Set(), notDone: new Set() });
  assert.deepEqual(waitSync(new Set<Future<number>>()), { done: new Set(), notDone: new Set() });
});

test("wait comes back with the first that is done, failed or cancelled", async () => {
  for (const end of [
    (future: Future<number>) => future.setResult(1),
    (future: Future<number>) => future.setException(new Error("no")),
    (future: Future<number>) => void future.cancel(),
  ]) {
    const [first, second] = [pending(), pending()];
    const waiting = wait([first, second], { returnWhen: FIRST_COMPLETED });
    setImmediate(() => end(second));
    const { done, notDone } = await waiting;
    assert.deepEqual([[...done], [...notDone]], [[second], [first]]);
    void second.exception().catch(() => {});
  }
});

test("wait for the first failure is not ended by results and cancellations", async () => {
  const futures = [settled(1), pending(), pending(), pending()];
  const waiting = wait(futures, { returnWhen: FIRST_EXCEPTION });
  futures[1]!.cancel();
  await new Promise(setImmediate);
  futures[2]!.setException(new Error("no"));
  assert.equal(await futures[2]!.exception().then((error) => error?.message), "no");
  const { notDone } = await waiting;
  assert.deepEqual([...notDone], [futures[3]]);
  const all = await wait([settled(1), settled(2)], { returnWhen: FIRST_EXCEPTION });
  assert.equal(all.done.size, 2);
  const before = await wait([failed("before"), pending()], { returnWhen: FIRST_EXCEPTION });
  assert.equal(before.notDone.size, 1);
});

test("wait does not throw when the time is over", async () => {
  const future = pending();
  for (const timeoutMs of [0, 1]) {
    const { done, notDone } = await wait([future, settled(1)], { timeoutMs });
    assert.deepEqual([done.size, notDone.size], [1, 1]);
    assert.deepEqual([...waitSync([future], { timeoutMs }).notDone], [future]);
  }
});

test("wait ends with the reason of a signal", async () => {
  const reason = new Error("enough");
  await assert.rejects(wait([pending()], { signal: AbortSignal.abort(reason) }), reason);
});

test("waiting for a failure does not count as looking at it", async () => {
  const future = pending();
  const warnings = await warningsOf(async () => {
    setImmediate(() => future.setException(new Error("seen later")));
    await wait([future]);
  });
  assert.deepEqual(warnings, []);
  await assert.rejects(future.result(), { message: "seen later" });
});

test("blocking for what nobody can settle meanwhile is refused", () => {
  assert.throws(() => waitSync([pending()]), StateError);
  assert.equal(waitSync([pending(), settled(1)], { returnWhen: FIRST_COMPLETED }).done.size, 1);
});

test("what is no list of futures is refused", async () => {
  await assert.rejects(wait(pending() as never), TypeError);
  await assert.rejects(wait([1] as never), TypeError);
  await assert.rejects(wait([], { returnWhen: "SOME" as never }), RangeError);
  await assert.rejects(wait([], { returnWhen: 3 as never }), TypeError);
  await assert.rejects(wait([], { timeoutMs: -1 }), RangeError);
  await assert.rejects(wait([], null as never), /options of a wait must be an object/);
  assert.throws(() => waitSync([], null as never), /options of a wait must be an object/);
  assert.throws(() => waitSync([Promise.resolve()] as never), TypeError);
  assert.throws(() => asCompleted([1] as never), TypeError);
  assert.throws(() => asCompleted([], { timeoutMs: NaN }), RangeError);
  assert.throws(() => asCompletedSync(5 as never), TypeError);
  for (const bad of [20, null, { timeoutMs: "20" }]) {
    assert.throws(() => asCompleted([pending()], bad as never), TypeError);
    assert.throws(() => asCompletedSync([settled(1)], bad as never), TypeError);
  }
  assert.throws(() => asCompleted([], { signal: {} } as never), TypeError);
});

test("a signal ends the waiting of asCompleted, and leaves the futures alone", async () => {
  const controller = new AbortController();
  const future = pending();
  const reports = asCompleted([settled(1), future], { signal: controller.signal });
  assert.equal((await reports.next()).value?.index, 0);
  const next = reports.next();
  controller.abort(new RangeError("enough"));
  await assert.rejects(next, { name: "RangeError", message: "enough" });
  assert.equal(future.done, false);
});

test("asCompleted reports futures in the order in which they are done, each once", async () => {
  const [a, b, c, d] = [pending(), settled(2), pending(), pending()];
  setImmediate(() => {
    c.setException(new Error("third"));
    a.setResult(1);
    d.cancel();
  });
  const reports = [];
  for await (const report of asCompleted([a, b, c, b, d])) reports.push(report);
  assert.deepEqual(
    reports.map(({ index, status }) => [index, status]),
    [
      [1, "fulfilled"],
      [2, "rejected"],
      [0, "fulfilled"],
      [4, "rejected"],
    ],
  );
  const [first, second, third, fourth] = reports;
  assert.equal(first!.future, b);
  assert.ok(first!.status === "fulfilled" && first!.value === 2);
  assert.ok(second!.status === "rejected" && (second!.reason as Error).message === "third");
  assert.ok(third!.status === "fulfilled" && third!.value === 1);
  assert.ok(fourth!.status === "rejected" && fourth!.reason instanceof CancelledError);
});

test("asCompleted says how many are unfinished when the time is over", async () => {
  const iterator = asCompleted([settled(1), pending(), pending()], { timeoutMs: 5 });
  assert.equal((await iterator.next()).value?.index, 0);
  await assert.rejects(iterator.next(), (error: Error) => {
    assert.ok(error instanceof TimeoutError);
    assert.match(error.message, /^2 \(of 3\) futures unfinished/);
    return true;
  });
  assert.equal((await iterator.next()).done, true);
  const blocking = asCompletedSync([pending(), settled(1)], { timeoutMs: 5 });
  assert.equal(blocking.next().value?.index, 1);
  assert.throws(() => blocking.next(), TimeoutError);
});

test("asCompleted over nothing is over at once", async () => {
  assert.equal((await asCompleted([]).next()).done, true);
  assert.equal(asCompletedSync([]).next().done, true);
});

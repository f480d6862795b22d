import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { CancelledError, InvalidStateError, StateError, TimeoutError } from "manyhands/errors";
import { Future } from "manyhands/futures";
import { runSource } from "../support/run-program.js";
import { warningsOf } from "../support/warnings.js";

const state = (future: Future<unknown>) => [future.running, future.cancelled, future.done];

test("a future goes from pending over running to done", async () => {
  const future = new Future<number>();
  assert.deepEqual(state(future), [false, false, false]);
  assert.equal(future.setRunningOrNotifyCancel(), true);
  assert.deepEqual(state(future), [true, false, false]);
  assert.equal(future.cancel(), false);
  future.setResult(42);
  assert.deepEqual(state(future), [false, false, true]);
  assert.equal(await future.result(), 42);
  assert.equal(future.resultSync(), 42);
  assert.equal(await future.exception(), null);
  assert.equal(future.exceptionSync(), null);
  assert.equal(future.cancel(), false);
});

test("a failed future throws its error, whatever that is", async () => {
  for (const error of [new RangeError("no"), "text", null, 0]) {
    const future = new Future();
    future.setException(error);
    await assert.rejects(future.result(), (thrown) => thrown === error);
    await assert.rejects(Promise.resolve(future), (thrown) => thrown === error);
    assert.throws(
      () => future.resultSync(),
      (thrown) => thrown === error,
    );
    // Its null means that there is none.
    if (error === null) assert.equal(future.exceptionSync()?.message, "null was thrown");
    else assert.equal(future.exceptionSync(), error);
    assert.deepEqual(await future.exception(), future.exceptionSync());
  }
});

test("a pending future can be cancelled, and says so whenever it is asked", async () => {
  const future = new Future();
  assert.equal(future.cancel(), true);
  assert.deepEqual(state(future), [false, true, true]);
  assert.equal(future.cancel(), true);
  await assert.rejects(future.result(), CancelledError);
  await assert.rejects(future.exception(), CancelledError);
  await assert.rejects(Promise.resolve(future), CancelledError);
  assert.throws(() => future.resultSync(), CancelledError);
  assert.throws(() => future.exceptionSync(), CancelledError);
});

test("an executor learns once that a future was cancelled, and begins nothing twice", () => {
  const future = new Future();
  future.cancel();
  assert.equal(future.setRunningOrNotifyCancel(), false);
  assert.throws(() => future.setRunningOrNotifyCancel(), InvalidStateError);
  assert.equal(future.cancelled, true);
  const running = new Future();
  running.setRunningOrNotifyCancel();
  assert.throws(() => running.setRunningOrNotifyCancel(), InvalidStateError);
  const done = new Future();
  done.setResult(1);
  assert.throws(() => done.setRunningOrNotifyCancel(), InvalidStateError);
});

test("a future is settled once", async () => {
  const done = new Future<number>();
  done.setResult(1);
  assert.throws(() => done.setResult(2), InvalidStateError);
  assert.throws(() => done.setException(new Error("late")), InvalidStateError);
  assert.equal(await done, 1);
  const cancelled = new Future<number>();
  cancelled.cancel();
  assert.throws(() => cancelled.setResult(2), InvalidStateError);
  assert.throws(() => cancelled.setException(new Error("late")), InvalidStateError);
});

test("a future can be awaited, together with others and before it is done", async () => {
  const first = new Future<number>();
  const second = new Future<string>();
  const both = Promise.all([first, second]);
  second.setResult("two");
  first.setResult(1);
  assert.deepEqual(await both, [1, "two"]);
  assert.equal(await first, 1);
});

test("waiting gives up after its time, and at an abort with the signal's reason", async () => {
  const future = new Future<number>();
  await assert.rejects(future.result({ timeoutMs: 1 }), TimeoutError);
  await assert.rejects(future.result({ timeoutMs: 0 }), TimeoutError);
  await assert.rejects(future.exception({ timeoutMs: 1 }), TimeoutError);
  assert.throws(() => future.resultSync({ timeoutMs: 1 }), TimeoutError);
  assert.throws(() => future.exceptionSync({ timeoutMs: 0 }), TimeoutError);
  const controller = new AbortController();
  const waiting = future.result({ signal: controller.signal });
  const reason = new Error("enough");
  controller.abort(reason);
  await assert.rejects(waiting, reason);
  await assert.rejects(future.result({ signal: AbortSignal.abort(reason) }), reason);
  await assert.rejects(future.result({ timeoutMs: -1 }), RangeError);
  assert.throws(() => future.resultSync({ timeoutMs: NaN }), RangeError);
  future.setResult(3);
  assert.equal(await future.result({ timeoutMs: 0 }), 3);
});

test("blocking for ever for what nobody can settle meanwhile is refused", () => {
  assert.throws(() => new Future().resultSync(), StateError);
  assert.throws(() => new Future().exceptionSync(), StateError);
});

test("callbacks get the future in order, at once when it is done", () => {
  for (const settle of [
    (future: Future<number>) => future.setResult(1),
    (future: Future<number>) => future.setException(new Error("no")),
    (future: Future<number>) => void future.cancel(),
  ]) {
    const future = new Future<number>();
    const calls: unknown[] = [];
    future.addDoneCallback((done) => calls.push(["first", done === future, done.done]));
    future.addDoneCallback(() => calls.push("second"));
    assert.equal(calls.length, 0);
    settle(future);
    future.addDoneCallback(() => calls.push("third"));
    assert.deepEqual(calls, [["first", true, true], "second", "third"]);
  }
  assert.throws(() => new Future().addDoneCallback(1 as never), TypeError);
});

test("what a callback throws is reported, and the next one is called", async () => {
  const calls: string[] = [];
  const warnings = await warningsOf(() => {
    const future = new Future<number>();
    future.addDoneCallback(() => {
      throw new Error("in a callback");
    });
    future.addDoneCallback(() => calls.push("second"));
    future.setResult(1);
    future.addDoneCallback(() => {
      throw new Error("in a late callback");
    });
    calls.push("went on");
  });
  assert.deepEqual(calls, ["second", "went on"]);
  assert.deepEqual(
    warnings.map(({ message }) => /in a \w+ ?callback|in a callback/.exec(message)?.[0]),
    ["in a callback", "in a late callback"],
  );
});

test("a failure that nobody looks at is reported once, when the future is collected", async () => {
  const program = await runSource(
    `import { Future } from "manyhands/futures";
    process.on("warning", (warning) => console.log(warning.name, warning.message));
    const look = [
      () => {},
      (future) => future.then(null, () => {}),
      (future) => future.result().catch(() => {}),
      (future) => future.exception(),
      (future) => future.exceptionSync(),
      (future) => future.addDoneCallback(() => {}),
      (future) => void future.done,
    ];
    const fail = (see, index) => {
      const early = new Future();
      see(early);
      early.setException(new Error("early " + index));
      const late = new Future();
      late.setException(new Error("late " + index));
      see(late);
    };
    look.filter((see) => !String(see).includes("Sync")).forEach(fail);
    await new Promise((resolve) => setTimeout(resolve, 0));
    for (let i = 0; i < 30; i++) {
      gc();
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    console.log("end");`,
    { execArgv: ["--expose-gc"] },
  );
  const lines = program.stdout.trim().split("\n");
  assert.equal(lines.pop(), "end", program.stderr);
  const errors = lines.map((line) => /Error: (\w+ \d)$/.exec(line)?.[1]);
  const expected = new Set(["early 0", "early 5", "late 0", "late 5"]);
  assert.deepEqual(new Set(errors), expected, program.stdout);
  assert.equal(errors.length, 4);
  assert.ok(lines.every((line) => line.startsWith("UnobservedErrorWarning ")));
});

test("a failure that nobody looked at is reported before the program ends", async () => {
  const program = await runSource(
    `import { Future } from "manyhands/futures";
    process.on("warning", (warning) => console.log(warning.message));
    globalThis.kept = new Future();
    kept.setException(new Error("kept"));`,
  );
  assert.match(program.stdout, /^the future failed, and nobody .*: Error: kept\n$/);
});

test("a future shows what it is and how it is", () => {
  const future = new Future();
  assert.equal(String(future), "Future(the future, pending)");
  future.setRunningOrNotifyCancel();
  assert.equal(inspect(future), "Future(the future, running)");
  future.setResult(1);
  assert.equal(inspect(future), "Future(the future, fulfilled)");
  const cancelled = new Future();
  cancelled.cancel();
  cancelled.setRunningOrNotifyCancel();
  assert.equal(inspect(cancelled), "Future(the future, cancelled)");
});

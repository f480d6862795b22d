import assert from "node:assert/strict";
import { test } from "node:test";
import { NotFoundError, TimeoutError } from "manyhands/errors";
import { Scheduler } from "manyhands/sched";
import { expectNoLeftovers } from "../support/leftovers.js";

await expectNoLeftovers();

const limit = { timeout: 60_000 };

const action = (): void => undefined;

/** A clock that moves only when somebody waits on it. */
function fakeClock(): { time: () => number; delay: (ms: number) => void; waits: number[] } {
  let now = 0;
  const waits: number[] = [];
  return {
    waits,
    time: () => now,
    delay(ms) {
      waits.push(ms);
      now += ms;
    },
  };
}

test("events are performed by time, then priority, then order of entry", limit, async () => {
  const done: string[] = [];
  const scheduler = new Scheduler(fakeClock());
  scheduler.enter(20, 1, (name: string) => done.push(name), ["late"]);
  scheduler.enter(10, 2, (name: string) => done.push(name), ["second"]);
  scheduler.enter(10, 1, (name: string) => done.push(name), ["first"]);
  scheduler.enter(10, 2, (name: string) => done.push(name), ["third"]);
  scheduler.enterAbs(-5, 9, () => done.push("overdue"));
  assert.equal(await scheduler.run(), null);
  assert.deepEqual(done, ["overdue", "first", "second", "third", "late"]);
  assert.equal(scheduler.empty, true);
});

test("a thousand events come out sorted whatever the order of entry", limit, async () => {
  const done: number[] = [];
  const scheduler = new Scheduler(fakeClock());
  for (let i = 0; i < 1000; i++) {
    const at = (i * 7919) % 1000;
    scheduler.enterAbs(at, 0, (n: number) => done.push(n), [at]);
  }
  assert.deepEqual(
    scheduler.queue.map((event) => event.time),
    Array.from({ length: 1000 }, (_, i) => i),
  );
  await scheduler.run();
  assert.deepEqual(
    done,
    Array.from({ length: 1000 }, (_, i) => i),
  );
});

test(
  "delay is called with the time until the next event and with 0 after each",
  limit,
  async () => {
    const clock = fakeClock();
    const scheduler = new Scheduler(clock);
    scheduler.enter(30, 1, () => undefined);
    scheduler.enter(50, 1, () => undefined);
    await scheduler.run();
    assert.deepEqual(clock.waits, [30, 0, 20, 0]);
    const again = fakeClock();
    const blocking = new Scheduler(again);
    blocking.enter(30, 1, () => undefined);
    blocking.enter(50, 1, () => undefined);
    assert.equal(blocking.runSync(), null);
    assert.deepEqual(again.waits, [30, 0, 20, 0]);
  },
);

test("cancel removes exactly the event given, among equals too", limit, async () => {
  const done: number[] = [];
  const scheduler = new Scheduler(fakeClock());
  const events = [0, 1, 2, 3, 4].map((n) =>
    scheduler.enterAbs(1, 1, (i: number) => done.push(i), [n]),
  );
  scheduler.cancel(events[2]!);
  assert.throws(() => scheduler.cancel(events[2]!), NotFoundError);
  await scheduler.run();
  assert.deepEqual(done, [0, 1, 3, 4]);
  assert.throws(() => scheduler.cancel(events[0]!), NotFoundError);
});

test(
  "blocking: false performs what is due and answers the time to the next event",
  limit,
  async () => {
    let now = 100;
    const done: string[] = [];
    const scheduler = new Scheduler({ time: () => now, delay: () => undefined });
    scheduler.enter(0, 1, () => done.push("a"));
    scheduler.enter(40, 1, () => done.push("b"));
    assert.equal(await scheduler.run({ blocking: false }), 40);
    assert.deepEqual(done, ["a"]);
    now = 139;
    assert.equal(scheduler.runSync({ blocking: false }), 1);
    now = 140;
    assert.equal(scheduler.runSync({ blocking: false }), null);
    assert.deepEqual(done, ["a", "b"]);
  },
);

test("an action's error leaves the rest scheduled", limit, async () => {
  const done: string[] = [];
  const scheduler = new Scheduler(fakeClock());
  scheduler.enter(1, 1, () => {
    throw new Error("boom");
  });
  scheduler.enter(2, 1, () => Promise.reject(new Error("late boom")));
  scheduler.enter(3, 1, () => done.push("rest"));
  await assert.rejects(scheduler.run(), /^Error: boom/);
  await assert.rejects(scheduler.run(), /late boom/);
  assert.equal(scheduler.queue.length, 1);
  assert.equal(await scheduler.run(), null);
  assert.deepEqual(done, ["rest"]);
});

test("actions never overlap: each is awaited before the next", limit, async () => {
  const log: string[] = [];
  const scheduler = new Scheduler();
  for (const name of ["a", "b"]) {
    scheduler.enter(0, 1, async () => {
      log.push(`${name} begins`);
      await new Promise((resolve) => setImmediate(resolve));
      log.push(`${name} ends`);
    });
  }
  await scheduler.run();
  assert.deepEqual(log, ["a begins", "a ends", "b begins", "b ends"]);
});

test("actions may enter and cancel events while run is going on", limit, async () => {
  const done: string[] = [];
  const scheduler = new Scheduler(fakeClock());
  const doomed = scheduler.enter(20, 1, () => done.push("doomed"));
  scheduler.enter(10, 1, () => {
    scheduler.cancel(doomed);
    scheduler.enter(5, 1, () => done.push("added"));
  });
  await scheduler.run();
  assert.deepEqual(done, ["added"]);
});

test("an event entered while run waits for a later one is performed in time", limit, async () => {
  const done: string[] = [];
  const scheduler = new Scheduler();
  const late = scheduler.enter(60_000, 1, () => done.push("late"));
  const running = scheduler.run();
  setImmediate(() => {
    scheduler.enter(1, 1, () => {
      done.push("early");
      scheduler.cancel(late);
    });
  });
  assert.equal(await running, null);
  assert.deepEqual(done, ["early"]);
});

test("the default clock is real: no event is early", limit, async () => {
  const scheduler = new Scheduler();
  const started = performance.now();
  let at = 0;
  scheduler.enter(30, 1, () => (at = performance.now()));
  await scheduler.run();
  assert.ok(at - started >= 30, `after ${at - started} ms`);
  scheduler.enter(15, 1, () => (at = performance.now()));
  const again = performance.now();
  scheduler.runSync();
  assert.ok(at - again >= 15, `after ${at - again} ms`);
});

test("timeoutMs and an abort end run and leave the events", limit, async () => {
  const scheduler = new Scheduler();
  scheduler.enter(60_000, 1, () => undefined);
  await assert.rejects(scheduler.run({ timeoutMs: 5 }), TimeoutError);
  assert.throws(() => scheduler.runSync({ timeoutMs: 5 }), TimeoutError);
  const controller = new AbortController();
  const running = scheduler.run({ signal: controller.signal });
  controller.abort(new Error("enough"));
  await assert.rejects(running, /enough/);
  await assert.rejects(scheduler.run({ signal: controller.signal }), /enough/);
  assert.equal(scheduler.queue.length, 1);
});

test("an abort ends a run that waits in a delay of the user's", limit, async () => {
  const scheduler = new Scheduler({ delay: () => new Promise<never>(() => undefined) });
  scheduler.enter(1000, 1, () => undefined);
  const controller = new AbortController();
  const running = scheduler.run({ signal: controller.signal });
  setImmediate(() => controller.abort(new Error("enough")));
  await assert.rejects(running, /enough/);
});

test("bad values are refused at the call", limit, async () => {
  const scheduler = new Scheduler();
  assert.throws(() => scheduler.enter(-1, 1, action), RangeError);
  assert.throws(() => scheduler.enter(NaN, 1, action), RangeError);
  assert.throws(() => scheduler.enter(Infinity, 1, action), RangeError);
  assert.throws(() => scheduler.enterAbs(NaN, 1, action), RangeError);
  assert.throws(() => scheduler.enter(1, NaN, action), RangeError);
  assert.throws(() => scheduler.enter("1" as never, 1, action), TypeError);
  assert.throws(() => scheduler.enter(1, 1, "action" as never), TypeError);
  assert.throws(() => scheduler.enter(1, 1, action, "args" as never), TypeError);
  for (const bad of [{ time: 5 }, 5, null])
    assert.throws(() => new Scheduler(bad as never), TypeError);
  await assert.rejects(scheduler.run({ blocking: 3 as never }), TypeError);
  assert.throws(() => scheduler.runSync({ blocking: "no" as never }), TypeError);
  assert.equal(scheduler.empty, true);
  scheduler.enter(0, 1, async () => undefined);
  assert.throws(() => scheduler.runSync(), /runSync cannot await/);
});

test("events and schedulers show what they are", limit, () => {
  const scheduler = new Scheduler({ time: () => 100, delay: () => undefined });
  assert.equal(String(scheduler), "Scheduler(empty)");
  const event = scheduler.enter(5, 2, function beep() {});
  assert.equal(String(event), "ScheduledEvent(beep at 105, priority 2)");
  assert.deepEqual([event.time, event.priority, event.args.length], [105, 2, 0]);
  assert.match(String(scheduler), /^Scheduler\(1 left, next ScheduledEvent\(beep/);
});

test("what is no event cannot be cancelled", limit, () => {
  const scheduler = new Scheduler();
  for (const wrong of [5, undefined, { time: 1 }])
    assert.throws(() => scheduler.cancel(wrong as never), TypeError);
});

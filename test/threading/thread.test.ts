import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { inspect } from "node:util";
import { StateError, TimeoutError, WorkerDiedError } from "manyhands/errors";
import {
  activeCount,
  currentThread,
  enumerate,
  getIdent,
  Local,
  mainThread,
  setExceptHook,
  sleep,
  sleepSync,
  Thread,
  Timer,
} from "manyhands/threading";
import { expectNoLeftovers } from "../support/leftovers.js";
import * as targets from "./targets.js";

await expectNoLeftovers();
const LIMIT = { timeout: 60_000 };

test("a thread gives back what its target returns", LIMIT, async () => {
  const thread = new Thread({ target: targets.add, args: [2, 3] });
  assert.match(thread.name, /^Thread-\d+ \(add\)$/);
  assert.equal(thread.state, "created");
  assert.equal(thread.ident, null);
  assert.equal(await thread.start(), thread);
  assert.equal(await thread.result(), 5);
  assert.equal(await thread.join(), true);
  assert.equal(thread.alive, false);
  assert.equal(thread.state, "done");
  assert.equal(await thread.exception(), null);
  assert.equal(inspect(thread), `Thread(${thread.name}, done, ident ${thread.ident})`);
});

test("the system knows a thread by its name", LIMIT, async (context) => {
  if (process.platform !== "linux") return context.skip("only Linux tells the names of threads");
  const target = () => readFileSync("/proc/thread-self/comm", "utf8").trim();
  for (const name of ["painter", "painter-of-many-things"]) {
    const thread = await new Thread({ target, name }).start();
    assert.equal(await thread.result(), name.slice(0, 15));
    await thread.join();
  }
  const renamed = await new Thread({
    target: () => {
      currentThread().name = "renamed";
      return target();
    },
  }).start();
  assert.equal(await renamed.result(), "renamed");
  await renamed.join();
});

test("kwargs are one last argument", LIMIT, async () => {
  const thread = await new Thread({ target: targets.echo, args: [1], kwargs: { b: 2 } }).start();
  assert.deepEqual(await thread.result(), [1, { b: 2 }]);
  await thread.join();
});

test("a thread is waited for without the event loop", LIMIT, async () => {
  const thread = new Thread({ target: targets.wait, args: [1_000] });
  void thread.start();
  assert.equal(thread.joinSync({ timeoutMs: 1 }), false);
  assert.equal(thread.resultSync(), "waited");
  assert.equal(thread.joinSync(), true);
  const failing = new Thread({ target: targets.fail });
  setExceptHook(() => {});
  void failing.start();
  assert.throws(() => failing.resultSync(), { name: "TypeError", message: "it went wrong" });
  setExceptHook(null);
  assert.equal(failing.joinSync(), true);
});

test("a spinning thread is terminated", LIMIT, async () => {
  const thread = await new Thread({ target: targets.spin }).start();
  while (thread.state !== "running") await sleep(1);
  assert.equal(await thread.join({ timeoutMs: 5 }), false);
  await assert.rejects(thread.result({ timeoutMs: 1 }), TimeoutError);
  await thread.terminate();
  assert.equal(thread.alive, false);
  assert.equal(await thread.join(), true);
  await assert.rejects(thread.result(), WorkerDiedError);
});

test("an abort ends a wait with its reason", LIMIT, async () => {
  const thread = await new Thread({ target: targets.spin }).start();
  const controller = new AbortController();
  const joined = thread.join({ signal: controller.signal });
  controller.abort(new Error("enough"));
  await assert.rejects(joined, { message: "enough" });
  await thread.terminate();
});

test("the hook hears of threads that threads started, by their names", LIMIT, async () => {
  const seen: string[] = [];
  setExceptHook(({ error, name, ident }) => {
    assert.ok(error instanceof TypeError && typeof ident === "number");
    seen.push(`${name}: ${error.message}`);
  });
  const outer = await new Thread({ target: targets.startUnlucky, args: [3] }).start();
  assert.equal(await outer.result(), "went on");
  await outer.join();
  setExceptHook(null);
  assert.deepEqual(seen, ["unlucky 1: it went wrong", "unlucky 2: it went wrong"]);
});

test("an uncaught error goes to the hook and does not end the program", LIMIT, async () => {
  const seen: string[] = [];
  setExceptHook(({ error, name }) => seen.push(`${name}: ${(error as Error).message}`));
  const first = await new Thread({ target: targets.fail, name: "first" }).start();
  await first.join();
  const second = await new Thread({ target: targets.throwLater, name: "second" }).start();
  await second.join();
  setExceptHook(null);
  assert.deepEqual(seen, ["first: it went wrong", "second: thrown later"]);
});

test("a thread that leaves by process.exit owes its result", LIMIT, async () => {
  const thread = await new Thread({ target: targets.exitWith, args: [3], name: "leaver" }).start();
  await assert.rejects(thread.result(), (error: WorkerDiedError) => {
    assert.ok(error instanceof WorkerDiedError);
    assert.equal(error.exitCode, 3);
    assert.equal(error.threadId, thread.ident);
    assert.equal(error.task, "exitWith");
    return true;
  });
  await thread.join();
});

test("a thread over its memory limit dies alone", LIMIT, async () => {
  const thread = new Thread({
    target: targets.hoard,
    resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 4 },
  });
  await thread.start();
  await assert.rejects(thread.result(), WorkerDiedError);
  await thread.join();
});

test("the fields of a subclass travel there and back", LIMIT, async () => {
  for (const sync of [true, false]) {
    const counter = new targets.Counter(4);
    await counter.start();
    assert.equal(sync ? counter.joinSync() : await counter.join(), true);
    assert.equal(counter.total, 10);
    assert.equal(counter.resultSync(), "Counter");
  }
});

test("what run() had set comes back also when it fails", LIMIT, async () => {
  setExceptHook(() => {});
  const unlucky = await new targets.Unlucky().start();
  await unlucky.join();
  setExceptHook(null);
  assert.equal(unlucky.reached, "half");
  assert.equal((await unlucky.exception())?.message, "it went wrong");
});

test("the run() of a subclass gets its target by super.run()", LIMIT, async () => {
  const buffer = new ArrayBuffer(64);
  const options = { target: targets.sizeOf, args: [buffer] as [ArrayBuffer], transfer: [buffer] };
  const loud = await new targets.Loud(options).start();
  assert.equal(await loud.result(), 65);
  await loud.join();
  assert.deepEqual(loud.seen, [64]);
});

test("run() may be called directly: it calls the target here and now", LIMIT, async () => {
  const seen: string[] = [];
  const note = (text: string): number => seen.push(text);
  assert.equal(await new Thread({ target: note, args: ["here"] }).run(), 1);
  assert.deepEqual(seen, ["here"]);
  assert.throws(() => new Thread().run(), StateError);
});

test("a Timer may wait longer than a timer of Node's can, and for ever", LIMIT, async () => {
  const late = [2 ** 31, 1e12, Infinity].map((ms) => new Timer(ms, targets.echo, ["late"]));
  await Promise.all(late.map((timer) => timer.start()));
  const soon = await new Timer(20, targets.echo, ["soon"]).start();
  await soon.join();
  for (const timer of late) {
    assert.equal(timer.alive, true);
    timer.cancel();
    await timer.join();
    assert.equal(await timer.result(), undefined);
  }
});

test("a subclass of Timer may override run() as well", LIMIT, async () => {
  const timer = await new targets.Doubling(0, targets.add, [1, 2]).start();
  assert.equal(await timer.result(), 6);
  await timer.join();
});

test("objects named in transfer move to the thread", LIMIT, async () => {
  const buffer = new ArrayBuffer(64);
  const options = { target: targets.sizeOf, args: [buffer] as [ArrayBuffer], transfer: [buffer] };
  const thread = await new Thread(options).start();
  assert.equal(await thread.result(), 64);
  assert.equal(buffer.byteLength, 0);
  await thread.join();
});

test("every thread knows who it is and who else is there", LIMIT, async () => {
  assert.equal(currentThread(), mainThread());
  assert.equal(currentThread().name, "MainThread");
  assert.equal(getIdent(), 0);
  assert.deepEqual(enumerate(), [mainThread()]);
  assert.equal(activeCount(), 1);
  const thread = await new Thread({ target: targets.identity, name: "who", daemon: true }).start();
  assert.deepEqual(await thread.result(), {
    name: "who",
    ident: true,
    daemon: true,
    alive: true,
    main: "MainThread",
    isMain: false,
    count: 2,
    names: ["MainThread", "who"],
  });
  await thread.join();
  const nested = await new Thread({ target: targets.nest, name: "outer" }).start();
  assert.equal(await nested.result(), "inner of MainThread,outer,inner");
  await nested.join();
});

test("an ES module in a thread does not see the names of CommonJS", LIMIT, async () => {
  const thread = await new Thread({ target: targets.commonJsNames }).start();
  assert.deepEqual(await thread.result(), []);
  await thread.join();
});

test("out of order is an error", LIMIT, async () => {
  const thread = new Thread({ target: targets.nothing });
  await assert.rejects(thread.join(), StateError);
  assert.throws(() => thread.joinSync(), StateError);
  await assert.rejects(thread.result(), StateError);
  await thread.start();
  await assert.rejects(thread.start(), StateError);
  assert.throws(() => {
    thread.daemon = true;
  }, StateError);
  await thread.join();
});

test("wrong options are refused at the call", () => {
  for (const bad of [{ target: 3 }, { args: 3 }, { importMain: 3 }, { daemon: null }])
    assert.throws(() => new Thread(bad as never), TypeError);
  for (const affinity of [[-1], [1.5], [0, 99_999], []])
    assert.throws(() => new Thread({ affinity }), RangeError);
  for (const affinity of [5, "0", ["0"]] as unknown as number[][])
    assert.throws(() => new Thread({ affinity }), TypeError);
  for (const resourceLimits of [5, { stackSizeMb: "4" }])
    assert.throws(() => new Thread({ resourceLimits: resourceLimits as never }), TypeError);
  assert.throws(() => new Timer(-1, targets.nothing), RangeError);
  assert.throws(() => sleepSync(Number.NaN), RangeError);
});

test("a timer runs after its time, unless cancelled", LIMIT, async () => {
  const started = performance.now();
  const timer = new Timer(30, targets.add, [1, 2]);
  await timer.start();
  assert.equal(await timer.result(), 3);
  assert.ok(performance.now() - started >= 29);
  await timer.join();
  const cancelled = new Timer(60_000, targets.add, [1, 2]);
  await cancelled.start();
  cancelled.cancel();
  assert.equal(await cancelled.join({ timeoutMs: 10_000 }), true);
  assert.equal(await cancelled.result(), undefined);
  const before = new Timer(1, targets.add, [1, 2]);
  before.cancel();
  await before.start();
  assert.equal(before.joinSync({ timeoutMs: 10_000 }), true);
  assert.equal(before.resultSync(), undefined);
});

test("a Local keeps a value for each thread", () => {
  const local = new Local<number>();
  assert.equal(local.get(), undefined);
  local.set(3);
  assert.equal(local.get(), 3);
  assert.equal(String(local), "Local(3)");
  const made = new Local(() => 7);
  assert.equal(made.get(), 7);
});

test("threads that are terminated while they load modules leave no file open", LIMIT, async () => {
  for (let round = 0; round < 24; round++) {
    const thread = new Thread({ target: targets.spin });
    await thread.start();
    await sleep(round * 4);
    await thread.terminate();
    assert.equal(thread.alive, false);
  }
  // What is left open shows when the file ends: `expectNoLeftovers`.
});

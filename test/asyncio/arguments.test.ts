import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import {
  Barrier,
  BoundedSemaphore,
  captureCallGraph,
  Condition,
  createTask,
  formatCallGraph,
  Future,
  gather,
  holdAll,
  Lock,
  getRunningLoop,
  openConnection,
  PriorityQueue,
  Queue,
  Semaphore,
  startServer,
  StreamReader,
  wait,
} from "manyhands/asyncio";
import { NotOwnerError } from "manyhands/errors";
import { expectNoLeftovers } from "../support/leftovers.js";

await expectNoLeftovers();
const limit = { timeout: 60_000 };

test("notify takes counts from one, whoever holds the lock", limit, async () => {
  const condition = new Condition();
  await condition.acquire();
  for (const count of [0, -1, 1.5, NaN, Infinity])
    assert.throws(() => condition.notify(count), RangeError);
  assert.throws(() => condition.notify("1" as never), TypeError);
  condition.notifyAll();
  condition.release();
  assert.throws(() => condition.notifyAll(), NotOwnerError);
});

test("the options of a lock are an object", limit, () => {
  assert.throws(() => new Lock("till" as never), /options must be an object/);
  assert.throws(() => new Semaphore(1, null as never), TypeError);
});

test("gather asks for one list, as does whoever comes from Python", limit, () => {
  const coroutine = async (): Promise<number> => 1;
  assert.throws(() => gather(coroutine as never), /one list: gather\(\[first, second\]\)/);
  assert.throws(() => gather([coroutine], coroutine as never), TypeError);
});

test("options are objects, predicates and rules functions", limit, async () => {
  assert.throws(() => new Barrier(2, 5 as never), /options must be an object/);
  assert.throws(() => new PriorityQueue(null as never), /takes a size or \{ maxSize, compare \}/);
  const condition = new Condition();
  await condition.acquire();
  await assert.rejects(condition.waitFor(5 as never), /a predicate must be a function/);
  const later = async () => false;
  await assert.rejects(condition.waitFor(later as never), /must answer at once/);
  assert.equal(await condition.waitFor(() => 7 as never), true);
  condition.release();
});

test("what is no option, callback, lock or future is refused in words", limit, async () => {
  const one = async (): Promise<number> => 1;
  const future = new Future<number>();
  assert.throws(() => createTask(one, { eagerStart: 3 as never }), /eagerStart must be true or/);
  assert.throws(() => gather([], { returnExceptions: 3 as never }), /returnExceptions must be/);
  assert.throws(() => future.removeDoneCallback(3 as never), /callback must be a function/);
  assert.throws(() => captureCallGraph(3 as never), /of a task or a future/);
  assert.throws(() => formatCallGraph({} as never), /of a task or a future/);
  await assert.rejects(holdAll(3 as never), /holdAll takes one list/);
  await assert.rejects(wait([future], { returnWhen: 3 as never }), TypeError);
  assert.throws(() => new StreamReader(3 as never), /options must be an object/);
});

test("permits are counted in numbers, and null is no choice", limit, async () => {
  assert.throws(() => new BoundedSemaphore(1).release("1" as never), TypeError);
  assert.throws(() => new BoundedSemaphore(1).release(NaN), /a whole number from 1/);
  const future = new Future<number>();
  await assert.rejects(wait([future], { returnWhen: null as never }), TypeError);
});

test("an abort ends holdAll of no locks too", limit, async () => {
  const signal = AbortSignal.abort(new Error("too late"));
  await assert.rejects(holdAll([], { signal }), /too late/);
});

test("a guard shows what it holds", limit, async () => {
  const [first, second] = [new Lock({ name: "left" }), new Lock({ name: "right" })];
  const guard = await holdAll([first, second]);
  assert.equal(inspect(guard), "<Guard of left, right>");
  guard.release();
  assert.equal(String(guard), "<Guard released>");
});

test("a condition takes a lock and a queue a size, and nothing else", limit, () => {
  const more = [{ name: "x" }] as never[];
  assert.throws(() => new Condition(new Lock(), ...more), /^TypeError: .*a lock and nothing else/);
  assert.throws(() => new Queue(3, { name: "x" } as never), /^TypeError: .*nothing else/);
  assert.throws(() => new Queue(1.5), /^RangeError: maxSize must be a whole number, not 1\.5/);
});

test("bytes, separators, ports and messages are checked at the call", limit, async () => {
  const reader = new StreamReader();
  for (const data of ["text", [1], null, () => {}])
    assert.throws(() => reader.feedData(data as never), /^TypeError: data must be bytes, not /);
  for (const separator of [5, null, [5], Promise.resolve("x")])
    await assert.rejects(reader.readUntil(separator as never), /^TypeError: a separator must be/);
  for (const port of [-1, 1.5, NaN, 70_000, ""]) {
    await assert.rejects(openConnection(port), /^RangeError: port must be/);
    await assert.rejects(
      startServer(() => {}, port),
      /^RangeError: port must be/,
    );
  }
  const future = new Future();
  assert.throws(() => future.cancel(Symbol("x") as never), /^TypeError: the message must be a str/);
  const task = createTask(async () => 1);
  assert.throws(() => task.cancel({} as never), /^TypeError: the message must be a string, not an/);
  assert.equal(await task, 1);
  const context = (() => 1) as never;
  assert.throws(() => createTask(async () => 1, { context }), /AsyncLocalStorage\.snapshot/);
  const loop = getRunningLoop();
  for (const said of [null, undefined, {}, "x"])
    assert.throws(() => loop.callExceptionHandler(said as never), /^TypeError: an exception cont/);
});

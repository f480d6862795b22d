import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { BaseManager, BaseProxy, Manager, SharedMemoryManager } from "manyhands/multiprocessing";
import type { SyncManager } from "manyhands/multiprocessing";
import { expectNoLeftovers } from "../support/leftovers.js";
import { LIMIT, warmUp } from "./warm-up.js";

await expectNoLeftovers({ warmUp });
let manager: SyncManager;
let other: SyncManager;
before(async () => {
  [manager, other] = await Promise.all([Manager(), Manager()]);
});
after(() => Promise.all([manager.shutdown(), other.shutdown()]));

test("a collection is made of the contents of another", LIMIT, async () => {
  const list = await manager.list([1, 2]);
  const dict = await manager.dict({ x: 1 });
  const copy = await manager.list(list);
  await copy.push(3);
  assert.deepEqual(
    [await list.toArray(), await copy.toArray()],
    [
      [1, 2],
      [1, 2, 3],
    ],
  );
  assert.deepEqual(await (await manager.set(list)).toSet(), new Set([1, 2]));
  assert.deepEqual(await (await manager.set(await manager.set([5]))).toArray(), [5]);
  assert.deepEqual(await (await manager.Array("i", list)).toArray(), [1, 2]);
  const array = await manager.Array("i", [7, 8]);
  assert.deepEqual(await (await manager.list(array)).toArray(), [7, 8]);
  assert.deepEqual(await (await manager.dict(dict)).toObject(), { x: 1 });
  assert.deepEqual(await (await manager.list(dict)).toArray(), [["x", 1]]);
  assert.deepEqual(await (await manager.dict([["a", 1]])).toObject(), { a: 1 });
  assert.deepEqual(await (await manager.dict(new Map([["a", 1]]).entries())).size(), 1);
  const names = await manager.Namespace({ a: 1 });
  assert.deepEqual(await (await manager.Namespace(names)).toObject(), { a: 1 });
});

test("a collection of another manager gives its contents too", LIMIT, async () => {
  const list = await other.list([1, 2]);
  assert.deepEqual(await (await manager.list(list)).toArray(), [1, 2]);
  assert.deepEqual(await (await manager.Array("i", list)).toArray(), [1, 2]);
  const dict = await other.dict({ x: 1 });
  assert.deepEqual(await (await manager.dict(dict)).toObject(), { x: 1 });
  await assert.rejects((await manager.list()).extend(list), /a Proxy of list .*toArray/);
});

test("methods take the contents of other collections", LIMIT, async () => {
  const list = await manager.list([1, 2]);
  await list.extend(list);
  assert.deepEqual(await list.toArray(), [1, 2, 1, 2]);
  const more = await manager.list([3]);
  await more.extend(await manager.set([4]));
  assert.deepEqual(await list.concat(more, [5], 6), [1, 2, 1, 2, 3, 4, 5, 6]);
  const dict = await manager.dict({ a: 1 });
  await dict.update(await manager.dict({ b: 2 }));
  assert.deepEqual(await dict.toObject(), { a: 1, b: 2 });
  const set = await manager.set([1, 9]);
  assert.deepEqual(await set.intersection(list), new Set([1]));
  await set.update(more);
  assert.deepEqual(await set.toArray(), [1, 9, 3, 4]);
  const names = await manager.Namespace<{ a: number; b?: number }>({ a: 1 });
  await names.update((await manager.Namespace({ b: 2 })) as never);
  assert.deepEqual(await names.toObject(), { a: 1, b: 2 });
});

test("the order of calls is kept where a collection is given", LIMIT, async () => {
  const list = await manager.list([1]);
  const copy = manager.list(list);
  await list.push(2);
  assert.deepEqual(await (await copy).toArray(), [1]);
});

test("what has no items is refused", LIMIT, async () => {
  const list = await manager.list();
  const lock = await manager.Lock();
  for (const bad of [5, null, { a: 1 }, lock, await manager.Queue()] as never[]) {
    await assert.rejects(manager.list(bad), TypeError);
    await assert.rejects(manager.set(bad), TypeError);
    await assert.rejects(list.extend(bad), TypeError);
  }
  for (const bad of [5, "text", [1], lock] as never[]) {
    await assert.rejects(manager.dict(bad), TypeError);
    await assert.rejects((await manager.dict()).update(bad), TypeError);
  }
  await assert.rejects(manager.Array("i", { a: 1 } as never), TypeError);
  await assert.rejects(manager.Namespace(lock), TypeError);
  await assert.rejects((await manager.set()).union(5 as never), /union .* not 5/);
  await assert.rejects(manager.list(5 as never), /list takes what can be iterated over, not 5/);
});

test("a pool and a ShareableList take the items of collections", LIMIT, async () => {
  const pool = await manager.Pool(1);
  const double = (item: number): number => item * 2;
  const list = await manager.list([1, 2]);
  assert.deepEqual(await pool.map(double, list), [2, 4]);
  assert.deepEqual(pool.mapSync(double, list), [2, 4]);
  assert.deepEqual(await pool.map(double, await other.list([3])), [6]);
  assert.deepEqual(pool.mapSync(double, await other.list([3])), [6]);
  await assert.rejects(pool.map(double, 5 as never), TypeError);
  await pool.terminate();
  await using memory = await new SharedMemoryManager().start();
  const shareable = await memory.ShareableList(list);
  assert.deepEqual([...shareable], [1, 2]);
  shareable.memory.close();
});

test("items may come from an iterator that lives in a server", LIMIT, async () => {
  class Counting extends BaseManager {
    declare Counter: () => Promise<{ count(): Promise<AsyncIterable<number> & BaseProxy> }>;
  }
  Counting.register("Counter", () => ({
    *count() {
      yield 1;
      yield 2;
    },
  }));
  await using counting = await new Counting().start();
  const numbers = await (await counting.Counter()).count();
  assert.ok(numbers instanceof BaseProxy);
  assert.deepEqual(await (await manager.list(numbers)).toArray(), [1, 2]);
});

test("a dictionary is updated by pairs, all or none", LIMIT, async () => {
  const dict = await manager.dict({ x: 1 });
  const wrong = [["y", 2], 5] as never;
  await assert.rejects(
    dict.update(wrong),
    /^TypeError: item 1 of the pairs must be a \[key, value\]/,
  );
  assert.deepEqual(await dict.toObject(), { x: 1 });
});

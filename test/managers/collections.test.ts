import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Manager, type SyncManager } from "manyhands/multiprocessing";
import { expectNoLeftovers } from "../support/leftovers.js";
import { LIMIT, warmUp } from "./warm-up.js";

await expectNoLeftovers({ warmUp });
let manager: SyncManager;
before(async () => {
  manager = await Manager();
});
after(() => manager.shutdown());

test("a list has Array's vocabulary, as promises and blocking", LIMIT, async () => {
  const list = await manager.list([3, 1, 2]);
  assert.equal(await list.push(5, 4), 5);
  assert.equal(list.pushSync(6), 6);
  assert.deepEqual(await list.toArray(), [3, 1, 2, 5, 4, 6]);
  assert.equal(await list.sort((a, b) => a - b), list);
  assert.deepEqual(list.sliceSync(1, -1), [2, 3, 4, 5]);
  assert.equal(await list.at(-1), 6);
  assert.equal(await list.at(99), undefined);
  await list.set(-1, 60);
  assert.equal(await list.get(5), 60);
  assert.deepEqual(await list.splice(0, 2, 7), [1, 2]);
  assert.deepEqual(await list.toArray(), [7, 3, 4, 5, 60]);
  assert.equal(await list.pop(), 60);
  assert.equal(await list.shift(), 7);
  assert.equal(await list.unshift(0), 4);
  assert.deepEqual(await list.map((item) => item * 2), [0, 6, 8, 10]);
  assert.deepEqual(await list.filter((item) => item > 3), [4, 5]);
  assert.equal(await list.reduce((sum, item) => sum + item), 12);
  assert.equal(await list.reduce((sum, item) => sum + item, 10), 22);
  assert.deepEqual(await list.entries(), [
    [0, 0],
    [1, 3],
    [2, 4],
    [3, 5],
  ]);
  assert.deepEqual(await list.keys(), [0, 1, 2, 3]);
  assert.equal(await list.includes(4), true);
  assert.equal(await list.indexOf(9), -1);
  assert.equal(await list.findLast((item) => item < 4), 3);
  assert.equal(await list.findLastIndex((item) => item < 4), 1);
  await list.append(9);
  await list.extend([9, 8]);
  await list.insert(0, 1);
  assert.equal(await list.count(9), 2);
  await list.remove(9);
  assert.equal(await list.delete(-1), 8);
  assert.equal(await list.join("-"), "1-0-3-4-5-9");
  const seen: number[] = [];
  for await (const item of list) seen.push(item);
  assert.deepEqual(seen, [1, 0, 3, 4, 5, 9]);
  await list.clear();
  assert.equal(await list.length(), 0);
  assert.equal(list.lengthSync(), 0);
});

test("what a list has not is an error of the list's", LIMIT, async () => {
  const list = await manager.list([1]);
  await assert.rejects(list.get(1), RangeError);
  await assert.rejects(list.set(-2, 0), RangeError);
  await assert.rejects(list.remove(5), RangeError);
  assert.throws(() => list.getSync(7), { name: "RangeError", message: /no item 7 in a list of 1/ });
});

test(
  "what assigns in Python answers nothing, what chains in JavaScript the proxy",
  LIMIT,
  async () => {
    const list = await manager.list([2, 1]);
    const array = await manager.Array("i", [1]);
    const value = await manager.Value("i", 1);
    const names = await manager.Namespace<{ a: number }>({ a: 1 });
    const assigned = [list.set(0, 3), array.set(0, 3), value.set(3), names.set("a", 3)];
    assert.deepEqual(await Promise.all(assigned), [undefined, undefined, undefined, undefined]);
    assert.equal(await list.reverse(), list);
    assert.equal(await array.fill(1), array);
    const [dict, set] = [await manager.dict(), await manager.set()];
    assert.deepEqual(await Promise.all([dict.set("a", 1), set.add(1)]), [dict, set]);
  },
);

test("who assigns as in Python is told what to write", LIMIT, async () => {
  const cases: [proxy: object, name: string, call: string][] = [
    [await manager.list([1]), "0", "write: await proxy.set(0, value)"],
    [await manager.Array("i", [1]), "0", "write: await proxy.set(0, value)"],
    [await manager.dict(), "key", 'write: await proxy.set("key", value)'],
    [await manager.Namespace(), "field", 'write: await proxy.set("field", value)'],
    [await manager.Value("i", 1), "value", "call it with the value: await proxy.value(value)"],
    [await manager.Semaphore(), "value", "call it with the value: await proxy.value(value)"],
    [await manager.Event(), "flag", "call it with the value: await proxy.flag(value)"],
  ];
  for (const [proxy, name, call] of cases) {
    assert.throws(() => Reflect.set(proxy, name, 5), {
      name: "TypeError",
      message: `${name} of a proxy cannot be assigned; ${call}`,
    });
  }
});

test("bad indices and functions are refused", LIMIT, async () => {
  const list = await manager.list([1, 2]);
  const [dict, set] = [await manager.dict({ a: 1 }), await manager.set([1])];
  for (const index of ["x", 1.5, Number.NaN, undefined] as number[]) {
    await assert.rejects(list.insert(index, 9), { name: "TypeError", message: /whole number/ });
  }
  await list.insert(-9, 0);
  await list.insert(9, 3);
  assert.deepEqual(await list.toArray(), [0, 1, 2, 3]);
  const bad = 5 as never;
  const condition = await manager.Condition();
  const calls: [name: string, call: () => Promise<unknown>][] = [
    ["map", () => list.map(bad)],
    ["flatMap", () => list.flatMap(bad)],
    ["filter", () => list.filter(bad)],
    ["find", () => list.find(bad)],
    ["findLastIndex", () => list.findLastIndex(bad)],
    ["every", () => list.every(bad)],
    ["reduce", () => list.reduce(bad)],
    ["sort", () => list.sort(bad)],
    ["toSorted", () => list.toSorted(bad)],
    ["forEach", () => dict.forEach(bad)],
    ["forEach", () => set.forEach(bad)],
    ["waitFor", () => condition.run(() => condition.waitFor(bad))],
  ];
  for (const [name, call] of calls) {
    await assert.rejects(call(), {
      name: "TypeError",
      message: `${name} takes a function, not 5`,
    });
  }
  await assert.rejects((await manager.list()).map(bad), TypeError);
});

test("a dict has Map's vocabulary", LIMIT, async () => {
  const dict = await manager.dict<string, number>([["a", 1]]);
  assert.equal(await dict.set("b", 2), dict);
  assert.equal(dict.setSync("c", 3).getSync("c"), 3);
  assert.equal(await dict.size(), 3);
  assert.equal(await dict.has("z"), false);
  assert.equal(await dict.get("z"), undefined);
  assert.equal(await dict.get("z", 7), 7);
  assert.equal(await dict.delete("a"), true);
  assert.deepEqual(await dict.keys(), ["b", "c"]);
  assert.deepEqual(await dict.values(), [2, 3]);
  assert.deepEqual(dict.entriesSync(), await dict.items());
  assert.deepEqual(
    await dict.toMap(),
    new Map([
      ["b", 2],
      ["c", 3],
    ]),
  );
  assert.deepEqual(await dict.toObject(), { b: 2, c: 3 });
  assert.equal(await dict.setDefault("b", 9), 2);
  assert.equal(await dict.pop("b"), 2);
  assert.deepEqual(await dict.popItem(), ["c", 3]);
  await dict.update({ x: 1 });
  const seen: unknown[] = [];
  for await (const pair of dict) seen.push(pair);
  assert.deepEqual(seen, [["x", 1]]);
  const from = await manager.dict({ one: 1 });
  assert.equal(await from.get("one"), 1);
});

test("a set has Set's vocabulary", LIMIT, async () => {
  const set = await manager.set([1, 2]);
  assert.equal(await set.add(3), set);
  assert.equal(await set.size(), 3);
  assert.equal(set.hasSync(2), true);
  assert.deepEqual(await set.union([9]), new Set([1, 2, 3, 9]));
  const other = await manager.set([2, 3, 4]);
  assert.deepEqual(await set.intersection(other as never), new Set([2, 3]));
  assert.equal(await set.delete(1), true);
  assert.deepEqual(await set.toSet(), new Set([2, 3]));
  const seen: number[] = [];
  for await (const item of set) seen.push(item);
  assert.deepEqual(seen, [2, 3]);
});

test("a namespace has named values", LIMIT, async () => {
  const names = await manager.Namespace<{ a: number; b?: string }>({ a: 10 });
  assert.equal(await names.get("a"), 10);
  await names.set("b", "text");
  assert.equal(names.getSync("b"), "text");
  assert.equal(await names.has("b"), true);
  assert.deepEqual(await names.toObject(), { a: 10, b: "text" });
  assert.equal(await names.delete("b"), true);
  await assert.rejects(names.get("b"), ReferenceError);
});

test("values and arrays hold items of their type code", LIMIT, async () => {
  const value = await manager.Value("i", 5);
  assert.equal(await value.add(2), 5);
  assert.equal(value.getSync(), 7);
  await value.set(2 ** 31);
  assert.equal(await value.get(), -(2 ** 31));
  assert.equal(await value.value, -(2 ** 31));
  await value.value(3);
  assert.equal(value.valueSync(), 3);
  await assert.rejects(value.set("x" as never), TypeError);
  const array = await manager.Array("d", [1.5, 2.5]);
  await array.set(0, 3);
  assert.deepEqual(await array.slice(), [3, 2.5]);
  assert.equal(await array.length(), 2);
  assert.equal(await array.get(-1), 2.5);
  assert.equal(await array.fill(1), array);
  await assert.rejects(array.get(2), RangeError);
  await assert.rejects(manager.Value("?" as never), TypeError);
});

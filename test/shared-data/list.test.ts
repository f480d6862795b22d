import assert from "node:assert/strict";
import { test } from "node:test";
import { ClosedError, NotFoundError } from "manyhands/errors";
import { Queue, ShareableList, SharedMemory, Value } from "manyhands/multiprocessing";
import { expectNoLeftovers } from "../support/leftovers.js";
import { collectAtTheEnd } from "./collect.js";

const limit = { timeout: 60_000 };
collectAtTheEnd();
await expectNoLeftovers({ warmUp: () => void new Value("i") });

const unique = (name: string): string => `test:${process.pid}:${name}`;

test("a list holds simple items, replaced by what fits in their room", limit, () => {
  const items = [null, true, false, 1.5, -7, 5n, "text", "汉字", new Uint8Array([1, 0, 0]), ""];
  const list = new ShareableList(items);
  assert.deepEqual([...list], items);
  assert.equal(list.length, 10);
  assert.deepEqual([list.at(-1), list.at(3)], ["", 1.5]);
  list.set(0, "12345678");
  list.set(6, 2n ** 63n - 1n);
  list.set(-1, true);
  assert.deepEqual([list.at(0), list.at(6), list.at(9)], ["12345678", 2n ** 63n - 1n, true]);
  assert.throws(() => list.set(0, "123456789"), /9 bytes does not fit into the 8 of place 0/);
  assert.throws(() => list.set(0, "123456789"), RangeError);
  assert.throws(() => list.at(10), RangeError);
  assert.throws(() => list.set(-11, 1), RangeError);
  assert.deepEqual([list.count(true), list.indexOf(true), list.indexOf("none")], [2, 1, -1]);
  assert.equal(list.indexOf(new Uint8Array([1, 0, 0])), 8);
  const other = new ShareableList({ name: list.memory.name });
  other.set(1, false);
  assert.equal(list.at(1), false);
  assert.match(String(list), /^ShareableList ".*" \(10 items\)$/);
  other.memory.close();
  list.memory.unlink();
});

test("a list refuses what it cannot hold", limit, () => {
  assert.throws(() => new ShareableList([{} as never]), TypeError);
  assert.throws(() => new ShareableList([[1] as never]), TypeError);
  assert.throws(() => new ShareableList([2n ** 63n]), RangeError);
  assert.throws(() => new ShareableList(5 as never), TypeError);
  assert.throws(() => new ShareableList({ name: unique("none") }), NotFoundError);
  const memory = SharedMemory.create({ size: 100 });
  assert.throws(() => new ShareableList({ name: memory.name }), TypeError);
  memory.unlink();
  const empty = new ShareableList([], { name: unique("empty") });
  assert.deepEqual([empty.length, [...empty]], [0, []]);
  empty.memory.unlink();
});

test("a list keeps texts as they are, with halves of characters", limit, () => {
  const items = ["a\ud800b", "\udc00", "\ud83d\ude00"];
  const list = new ShareableList([...items, "12345678"]);
  assert.deepEqual([...list], [...items, "12345678"]);
  assert.equal(list.indexOf("\udc00"), 1);
  list.set(3, "abc\ud800");
  assert.equal(list.at(3), "abc\ud800");
  // Those have two bytes for each unit.
  assert.throws(() => list.set(3, "1234567890\ud800"), RangeError);
  list.memory.unlink();
  list.memory.close();
});

test("a list whose memory was closed is closed", limit, () => {
  const list = new ShareableList([1]);
  list.memory.unlink();
  list.memory.close();
  assert.throws(() => list.at(0), ClosedError);
  assert.throws(() => list.set(0, 2), ClosedError);
  assert.throws(() => list.length, ClosedError);
  assert.throws(() => [...list], ClosedError);
  assert.match(String(list), /\(closed\)$/);
});

test("options of a list that are no object are refused", limit, () => {
  for (const options of ["name", null]) {
    assert.throws(() => new ShareableList([1], options as never), TypeError);
  }
});

test("a list that comes back is itself, as its memory is", limit, async () => {
  const list = new ShareableList([1, "two"]);
  const queue = new Queue<ShareableList>();
  await queue.put(list);
  assert.equal(await queue.get(), list);
  list.memory.unlink();
  list.memory.close();
});

import assert from "node:assert/strict";
import { test } from "node:test";
import * as multiprocessing from "manyhands/multiprocessing";
import { processes, threads } from "../contracts/backend.js";
import { collectAtTheEnd } from "./collect.js";
import { expectNoLeftovers } from "../support/leftovers.js";

const limit = { timeout: 60_000 };
collectAtTheEnd();
await expectNoLeftovers({
  warmUp: () => new multiprocessing.Queue().get({ timeoutMs: 1 }).catch(() => {}),
});

for (const backend of [threads, processes]) {
  const { SharedArray, RawArray, Lock, RLock } = backend.sync;
  const what = `a ${backend.name} SharedArray`;

  test(`${what} has zeros, or the items it is given`, limit, () => {
    assert.deepEqual([...new SharedArray("i", 3)], [0, 0, 0]);
    assert.deepEqual([...new SharedArray("d", [1, 2.5])], [1, 2.5]);
    assert.deepEqual([...new SharedArray("h", new Set([1, 70_000]))], [1, 4464]);
    assert.deepEqual([...new SharedArray("Q", [1n, -1n])], [1n, 2n ** 64n - 1n]);
    assert.deepEqual([...new SharedArray("u", "汉字")], ["汉", "字"]);
    assert.deepEqual([...new SharedArray("c", Buffer.from("ab"))], ["a", "b"]);
    assert.deepEqual([...new SharedArray("f", [])], []);
    assert.equal(new SharedArray("q", 4).length, 4);
  });

  test(`${what} says what is wrong with indexes, bounds and bodies`, limit, async () => {
    const array = new SharedArray("i", [1, 2, 3]);
    const odd = Object.create(null) as never;
    for (const index of [Symbol("x") as never, odd, "0" as never, 1.5])
      assert.throws(() => array.at(index), /^TypeError: an index is a whole number, not /);
    for (const bound of [Symbol("x"), odd, "1", null, 1n, []] as never[]) {
      assert.throws(() => array.slice(bound), /^TypeError: a bound is a whole number, not /);
      assert.throws(() => array.fill(0, 0, bound), /^TypeError: a bound is a whole number, not /);
    }
    assert.throws(() => array.slice(0, NaN), /^RangeError: a bound is a whole number, not NaN/);
    assert.deepEqual(array.slice(-2, Infinity), [2, 3]);
    assert.throws(() => array.withLockSync(5 as never), /^TypeError: a function to run .* not 5/);
    await assert.rejects(array.withLock([] as never), /^TypeError: a function to run .* an array/);
    const value = new backend.sync.Value("i", 1);
    await assert.rejects(
      value.withLock(null as never),
      /^TypeError: a function to run .* not null/,
    );
    assert.equal(array.getLock().locked, false);
  });

  test(`${what} shows its view, which is exactly the array`, limit, () => {
    const array = new SharedArray("i", [1, 2, 3]);
    const { view } = array;
    assert.ok(view instanceof Int32Array);
    assert.deepEqual([view.length, view.byteOffset, view.buffer.byteLength], [3, 0, 12]);
    view[1] = 9;
    assert.equal(array.at(1), 9);
    array.set(-1, 2 ** 33 + 5);
    assert.deepEqual([...view], [1, 9, 5]);
    assert.ok(new SharedArray("c", 1).view instanceof Uint8Array);
    assert.ok(new SharedArray("L", 1).view instanceof Uint32Array);
  });

  test(`${what} is read and written by index`, limit, () => {
    const array = new SharedArray("d", [1, 2, 3, 4]);
    assert.deepEqual([array.at(-1), array.get(0), array.get(-4)], [4, 1, 1]);
    assert.deepEqual(
      [array.slice(1, -1), array.slice(2), array.slice()],
      [
        [2, 3],
        [3, 4],
        [1, 2, 3, 4],
      ],
    );
    assert.deepEqual([...array.fill(7, 1, 3)], [1, 7, 7, 4]);
    for (const index of [4, -5]) {
      assert.throws(() => array.at(index), RangeError);
      assert.throws(() => array.set(index, 0), RangeError);
    }
    assert.throws(() => array.at(0.5), TypeError);
    assert.throws(() => array.set(0, "1" as never), TypeError);
    assert.throws(() => new SharedArray("i", 1).set(0, 0.5), TypeError);
  });

  test(`${what} refuses bad sizes, items and codes at the call`, limit, () => {
    assert.throws(() => new SharedArray("i", -1), RangeError);
    assert.throws(() => new SharedArray("i", 1.5), RangeError);
    assert.throws(() => new SharedArray("i", [1, "2" as never]), TypeError);
    assert.throws(() => new SharedArray("i", {} as never), TypeError);
    assert.throws(() => new SharedArray("z" as "i", 1), TypeError);
    assert.throws(() => new SharedArray("i", 1, { lock: "yes" as never }), TypeError);
  });

  test(`${what} of characters has a text and its bytes`, limit, () => {
    const text = new SharedArray("c", "hello");
    assert.equal(text.value, "hello");
    text.value = "ab";
    assert.equal(text.value, "ab");
    assert.deepEqual(text.raw, Buffer.from("ab\0lo"));
    text.value = "HELLO";
    assert.equal(text.value, "HELLO");
    assert.throws(() => (text.value = "longer"), RangeError);
    assert.throws(() => (text.value = "汉"), RangeError);
    assert.throws(() => new SharedArray("i", 1).raw, TypeError);
    assert.throws(() => new SharedArray("i", 1).value, TypeError);
    for (const other of [5, undefined, null, ["a", "b"], {}]) {
      assert.throws(() => (text.value = other as never), {
        name: "TypeError",
        message: /^value takes a text or bytes, not /,
      });
    }
    const wide = new SharedArray("u", 4);
    wide.value = "汉字" as never;
    assert.equal(wide.value, "汉字");
  });

  test(`${what} has a lock, and without one is a RawArray`, limit, async () => {
    assert.ok(new SharedArray("i", 1).getLock() instanceof RLock);
    const lock = new Lock();
    const array = new SharedArray("i", 2, { lock, name: "scores" });
    assert.equal(array.getLock(), lock);
    assert.equal(
      array.withLockSync(({ length }) => lock.locked && length),
      2,
    );
    assert.equal(await array.withLock(() => lock.locked), true);
    assert.equal(lock.locked, false);
    assert.match(String(array), /^SharedArray "scores" \(2 of i\)$/);
    const raw: object = new SharedArray("i", 2, { lock: false });
    assert.ok(raw instanceof RawArray);
    assert.equal("getLock" in raw, false);
  });

  test(`${what} is one memory for all who have it`, limit, async () => {
    const array = new SharedArray("d", 1_000);
    const party = backend.party();
    const seen = await party.do([array], (there) => {
      there.view.fill(1.5, 0, 500);
      there.set(-1, 2);
      return [there.length, there.code, there.view.buffer.byteLength];
    });
    assert.deepEqual(seen, [1_000, "d", 8_000]);
    assert.deepEqual([array.at(499), array.at(500), array.at(999)], [1.5, 0, 2]);
    array.view[0] = -1;
    assert.equal(await party.do([array], (there) => there.view[0]), -1);
    await party.end();
  });
}

test("an array made in a process outlives it with those who have it", limit, async () => {
  const array = new multiprocessing.SharedArray("i", [1, 2, 3]);
  const [one, two] = [processes.party(), processes.party()];
  await one.do([array], (there) => there.set(0, 10));
  await one.kill();
  assert.equal(await two.do([array], (there) => there.at(0)), 10);
  await two.end();
});

test("500 arrays of all sizes are made, shared and let go", limit, async () => {
  const party = processes.party();
  const sizes = Array.from({ length: 500 }, (_, index) => index * 131);
  const arrays = sizes.map((size) => new multiprocessing.SharedArray("B", size));
  for (const array of arrays) array.fill(1);
  const sum = await party.do(arrays, (...there) =>
    there.reduce((total, { view }) => total + view.length, 0),
  );
  assert.equal(
    sum,
    sizes.reduce((total, size) => total + size, 0),
  );
  await party.end();
});

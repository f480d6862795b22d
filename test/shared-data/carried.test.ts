import assert from "node:assert/strict";
import { test } from "node:test";
import { PicklingError } from "manyhands/errors";
import * as multiprocessing from "manyhands/multiprocessing";
import { Queue as ThreadQueue } from "manyhands/queue";
import * as threading from "manyhands/threading";
import { processes, threads } from "../contracts/backend.js";
import { expectNoLeftovers } from "../support/leftovers.js";
import { collect, collectAtTheEnd } from "./collect.js";

const limit = { timeout: 60_000 };
const { Queue, RawArray, SharedArray, Value, closeBuffer, shareBuffer } = multiprocessing;
collectAtTheEnd();
await expectNoLeftovers({ warmUp: () => new Queue().get({ timeoutMs: 1 }).catch(() => {}) });

test("values and arrays go through a queue, and come back as themselves", limit, async () => {
  const queue = new Queue();
  const value = new Value("i", 5);
  const array = new SharedArray("d", [1, 2]);
  await queue.put({ value, list: [array] });
  const { value: sameValue, list } = (await queue.get()) as {
    value: typeof value;
    list: (typeof array)[];
  };
  assert.equal(sameValue, value);
  assert.equal(list[0], array);
});

test("a process uses what came through a queue", limit, async () => {
  const [there, back] = [new Queue(), new Queue()];
  const party = processes.party();
  const done = party.do([there, back], async (from, to) => {
    const { counter, array, bytes, doubles } = (await from.get()) as {
      counter: multiprocessing.Value<"i">;
      array: multiprocessing.SharedArray<"i">;
      bytes: Uint8Array;
      doubles: Float64Array;
    };
    counter.withLockSync(() => {
      counter.value++;
    });
    array.view[2] = 7;
    bytes[bytes.length - 1] = 9;
    await to.put([counter, bytes]);
    return [array.length, bytes.length, doubles.length, doubles[1], bytes.buffer.byteLength];
  });
  const counter = new Value("i", 1);
  const array = new SharedArray("i", 3);
  const bytes = shareBuffer(1_000);
  const doubles = new Float64Array(bytes.buffer, 8, 2);
  doubles[1] = 0.5;
  await there.put({ counter, array, bytes, doubles });
  assert.deepEqual(await done, [3, 1_000, 2, 0.5, 1_000]);
  assert.deepEqual([counter.value, array.at(2), bytes[999]], [2, 7, 9]);
  const [sameCounter, sameBytes] = (await back.get()) as [typeof counter, Uint8Array];
  assert.equal(sameCounter, counter);
  assert.equal(sameBytes.buffer, bytes.buffer);
  await party.end();
});

test(
  "what only its sender has reaches the receiver after the sender dropped it",
  limit,
  async () => {
    const queue = new Queue();
    (() => queue.putSync([new SharedArray("i", [1, 2, 3]), shareBuffer(70_000).fill(4)]))();
    await collect();
    const party = processes.party();
    const seen = await party.do([queue], (from) => {
      const [array, bytes] = from.getSync() as [multiprocessing.SharedArray<"i">, Uint8Array];
      return [[...array], bytes.length, bytes.every((byte) => byte === 4)];
    });
    assert.deepEqual(seen, [[1, 2, 3], 70_000, true]);
    await party.end();
  },
);

test("what a process made and sent is there after the process ended", limit, async () => {
  const queue = new Queue();
  const [make, bytes] = [new Queue(), 200_000];
  const party = processes.party();
  // The classes of the party are what comes out of a queue there.
  make.putSync([new SharedArray("i", 1), new Value("i", bytes)]);
  await party.do([make, queue], (from, to) => {
    const [array, size] = from.getSync() as [
      multiprocessing.SharedArray<"i">,
      multiprocessing.Value<"i">,
    ];
    const type = array.constructor as typeof multiprocessing.SharedArray;
    to.putSync(new type("B", size.value).fill(3));
  });
  await party.end();
  const array = queue.getSync() as multiprocessing.SharedArray<"B">;
  assert.equal(array.length, bytes);
  assert.ok(array.view.every((byte) => byte === 3));
});

test("a shared buffer has exactly its bytes, and can be let go", limit, async () => {
  for (const size of [1, 1_000, 65_536, 100_001]) {
    const bytes = shareBuffer(size);
    assert.ok(bytes instanceof Uint8Array);
    assert.deepEqual(bytes, new Uint8Array(size));
    assert.deepEqual([bytes.byteOffset, bytes.buffer.byteLength], [0, size]);
    closeBuffer(bytes);
    closeBuffer(bytes.buffer);
    assert.equal(bytes[0], 0);
  }
  const bytes = shareBuffer(16);
  const queue = new Queue();
  await queue.put(bytes);
  closeBuffer(bytes);
  const arrived = (await queue.get()) as Uint8Array;
  arrived[3] = 1;
  assert.equal(bytes[3], 1);
  await assert.rejects(queue.put(bytes), PicklingError);
  assert.throws(() => shareBuffer(0), RangeError);
  assert.throws(() => shareBuffer(1.5), RangeError);
  assert.throws(() => shareBuffer("1" as never), TypeError);
});

test("64 MB cross in both directions as the same memory", limit, async () => {
  const [there, back] = [new Queue(), new Queue()];
  const bytes = shareBuffer(64 * 2 ** 20);
  await there.put(bytes);
  const party = processes.party();
  await party.do([there, back], (from, to) => {
    const large = from.getSync() as Uint8Array;
    large[large.length - 1] = 8;
    to.putSync(large.subarray(large.length - 4));
  });
  const end = (await back.get()) as Uint8Array;
  assert.deepEqual([...end], [0, 0, 0, 8]);
  assert.equal(end.buffer, bytes.buffer);
  closeBuffer(bytes);
  await party.end();
});

test("a buffer whose only holder was killed on its way is gone", limit, async () => {
  const queue = new Queue();
  const make = new Queue();
  make.putSync(new RawArray("i", 1));
  const party = processes.party();
  await party.do([make, queue], (from, to) => {
    const type = (from.getSync() as object).constructor as typeof multiprocessing.RawArray;
    to.putSync(new type("B", 10));
  });
  await party.kill();
  assert.throws(() => queue.getSync(), /everybody who had this block of memory is gone/);
});

test("shared data of threads goes to threads, and not to processes", limit, async () => {
  const queue = new ThreadQueue();
  const value = new threading.Value("i", 1);
  const array = new threading.SharedArray("i", 2);
  const bytes = shareBuffer(8);
  const party = threads.party();
  await queue.put([value, array, bytes]);
  await party.do([queue], async (from) => {
    const [one, two, three] = (await from.get()) as [
      threading.Value<"i">,
      threading.SharedArray<"i">,
      Uint8Array,
    ];
    one.add(1);
    two.set(1, 5);
    three[0] = 6;
  });
  assert.deepEqual([value.value, array.at(1), bytes[0]], [2, 5, 6]);
  await party.end();
  for (const item of [value, array, new threading.RawValue("i"), new threading.RawArray("i", 1)]) {
    await assert.rejects(new Queue().put(item), /manyhands\/multiprocessing/);
  }
});

test("only shared memory is closed", limit, () => {
  for (const other of [5, undefined, new Uint8Array(1), new ArrayBuffer(1)]) {
    assert.throws(() => closeBuffer(other as never), TypeError);
  }
  closeBuffer(new SharedArrayBuffer(1));
});

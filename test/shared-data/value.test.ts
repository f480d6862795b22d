import assert from "node:assert/strict";
import { test } from "node:test";
import * as multiprocessing from "manyhands/multiprocessing";
import { ClosedError } from "manyhands/errors";
import { familyMember } from "#internal/core/family-arena.js";
import { fromHandle, handleOf } from "#internal/sync/handles.js";
import { processes, threads } from "../contracts/backend.js";
import { expectNoLeftovers } from "../support/leftovers.js";

const limit = { timeout: 60_000 };
await expectNoLeftovers({
  warmUp: () => {
    void new multiprocessing.Value("i");
  },
});

for (const backend of [threads, processes]) {
  const { Value, RawValue, Lock, RLock } = backend.sync;
  const what = `a ${backend.name} Value`;

  test(`${what} begins at zero, or at what it is given`, limit, () => {
    assert.equal(new Value("i").value, 0);
    assert.equal(new Value("i", -7).value, -7);
    assert.equal(new Value("Q").value, 0n);
    assert.equal(new Value("d", 0.1).value, 0.1);
    assert.equal(new Value("f", 0.1).value, Math.fround(0.1));
    assert.equal(new Value("c", "x").value, "x");
    assert.equal(new Value("u", "汉").value, "汉");
    assert.equal(new Value("c").value, "\0");
  });

  test(`${what} wraps whole numbers as C does`, limit, () => {
    const wrapped = (code: "b" | "B" | "h" | "H" | "i" | "I" | "l" | "L", item: number) => {
      const value = new Value(code);
      value.value = item;
      return value.value;
    };
    assert.equal(wrapped("b", 200), -56);
    assert.equal(wrapped("B", -1), 255);
    assert.equal(wrapped("h", 2 ** 15), -(2 ** 15));
    assert.equal(wrapped("H", 2 ** 16 + 3), 3);
    assert.equal(wrapped("i", 2 ** 33 + 5), 5);
    assert.equal(wrapped("I", -1), 2 ** 32 - 1);
    assert.equal(wrapped("l", 2 ** 31), -(2 ** 31));
    assert.equal(wrapped("L", 2 ** 32), 0);
    assert.equal(new Value("q", 2n ** 63n).value, -(2n ** 63n));
    assert.equal(new Value("Q", -1n).value, 2n ** 64n - 1n);
    const byte = new Value("B", 250);
    assert.equal(byte.add(10), 250);
    assert.equal(byte.value, 4);
  });

  test(`${what} refuses items of another type at the call`, limit, () => {
    assert.throws(() => new Value("x" as "i"), /unknown type code.*the codes are c b B u h/);
    assert.throws(() => new Value("x" as "i"), TypeError);
    assert.throws(() => new Value("i", 1.5), TypeError);
    assert.throws(() => new Value("i", null as never), TypeError);
    assert.throws(() => new RawValue("c", null as never), TypeError);
    assert.throws(() => new Value("i", Number.NaN), TypeError);
    assert.throws(() => new Value("i", 5n as never), TypeError);
    assert.throws(() => new Value("q", 5 as never), /bigints such as 5n/);
    assert.throws(() => new Value("d", "1" as never), TypeError);
    assert.throws(() => new Value("c", "ab"), TypeError);
    assert.throws(() => new Value("c", "汉"), RangeError);
    assert.throws(() => new Value("c", "a").add("b"), TypeError);
    assert.throws(() => new Value("i", 0, { lock: 5 as never }), TypeError);
    assert.throws(() => new Value("i", 0, 5 as never), TypeError);
    const value = new Value("i", 3);
    assert.throws(() => (value.value = 0.5), TypeError);
    assert.equal(value.value, 3);
  });

  test(`${what} adds, exchanges and compares in one step, giving the old value`, limit, () => {
    const value = new Value("i", 5);
    assert.equal(value.add(3), 5);
    assert.equal(value.exchange(1), 8);
    assert.equal(value.compareExchange(1, 2), 1);
    assert.equal(value.compareExchange(1, 3), 2);
    assert.equal(value.value, 2);
    const double = new Value("d", 0.5);
    assert.equal(double.add(0.25), 0.5);
    assert.equal(double.compareExchange(0.75, -1), 0.75);
    assert.equal(double.exchange(Infinity), -1);
    assert.equal(double.value, Infinity);
    const single = new Value("f", 1);
    single.add(0.1);
    assert.equal(single.value, Math.fround(1.1));
    assert.equal(new Value("Q", 1n).add(2n), 1n);
    assert.equal(new Value("c", "a").exchange("b"), "a");
  });

  test(`${what} has an RLock unless told otherwise`, limit, async () => {
    const value = new Value("i", 1);
    assert.ok(value.getLock() instanceof RLock);
    assert.equal(value.getLock(), value.getLock());
    const lock = new Lock();
    const guarded = new Value("i", 1, { lock });
    assert.equal(guarded.getLock(), lock);
    assert.equal(
      guarded.withLockSync(() => lock.locked),
      true,
    );
    assert.equal(lock.locked, false);
    const seen = await guarded.withLock(async (held) => {
      await new Promise(setImmediate);
      held.value += 1;
      return lock.locked;
    });
    assert.deepEqual([seen, guarded.value, lock.locked], [true, 2, false]);
    assert.throws(() =>
      value.withLockSync(() => {
        throw new Error("inside");
      }),
    );
    assert.equal(value.getLock().locked, false);
  });

  test(`${what} without a lock is a RawValue`, limit, () => {
    const raw: object = new Value("i", 4, { lock: false });
    assert.ok(raw instanceof RawValue);
    assert.equal((raw as InstanceType<typeof RawValue>).value, 4);
    assert.equal("getLock" in raw, false);
    assert.match(String(raw), /^RawValue "RawValue-\d+" \(i = 4\)$/);
    assert.match(String(new Value("q", 4n, { name: "votes" })), /^Value "votes" \(q = 4n\)$/);
  });

  test(`${what} is one value for all who have it`, limit, async () => {
    const value = new Value("i", 0, { lock: new Lock() });
    const real = new RawValue("d", 1);
    const parties = [backend.party(), backend.party(), backend.party(), backend.party()];
    const work = parties.map((party) =>
      party.do([value, real], (counter, sum) => {
        for (let i = 0; i < 25_000; i++) {
          counter.withLockSync(() => {
            counter.value += 1;
          });
          sum.add(0.5);
        }
        return [counter.getLock().constructor.name, counter.code, sum.code];
      }),
    );
    for (const answer of await Promise.all(work)) assert.deepEqual(answer, ["Lock", "i", "d"]);
    assert.deepEqual([value.value, real.value], [100_000, 50_001]);
    await Promise.all(parties.map((party) => party.end()));
  });
}

test("four processes make 100,000 increments each, and none is lost", limit, async () => {
  const value = new multiprocessing.Value("i", 0);
  const parties = Array.from({ length: 4 }, () => processes.party());
  await Promise.all(
    parties.map((party) =>
      party.do([value], (counter) => {
        for (let i = 0; i < 100_000; i++) {
          counter.withLockSync(() => {
            counter.value += 1;
          });
        }
      }),
    ),
  );
  assert.equal(value.value, 400_000);
  await Promise.all(parties.map((party) => party.end()));
});

test("a Value keeps its lock alive, and goes with the last who has it", limit, () => {
  const { Value } = multiprocessing;
  const member = familyMember();
  const value = new Value("i", 7);
  const handle = handleOf(value);
  const lock = handleOf(value.getLock());
  assert.equal(fromHandle(Value as never, value.memberOf, handle), value);
  member.letGo(lock);
  assert.equal(
    value.withLockSync(({ value: seen }) => seen),
    7,
  );
  member.letGo(handle);
  assert.throws(() => fromHandle(Value as never, value.memberOf, handle), ClosedError);
  assert.throws(() => fromHandle(multiprocessing.RLock, value.memberOf, lock), ClosedError);
});

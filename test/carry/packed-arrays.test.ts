import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { PlainList, createDecoder, createEncoder } from "#internal/carry/index.js";
import { UnpicklingError } from "manyhands/errors";

const timeout = 20_000;
const encoder = createEncoder({ destination: "process" });
const decoder = createDecoder({ destination: "process" });
const roundTrip = <T>(value: T): T => decoder.decode(encoder.encode(value).slice()) as T;
const list = <T>(length: number, item: (i: number) => T): T[] =>
  Array.from({ length }, (_, i) => item(i));

function arrivesSame(value: readonly unknown[]): void {
  const copy = roundTrip(value);
  assert.equal(copy.length, value.length);
  for (const [i, item] of value.entries()) assert.ok(Object.is(copy[i], item), `[${i}]`);
  assert.deepStrictEqual(copy, value);
}

const kinds: Record<string, (i: number) => unknown> = {
  "small integers": (i) => (i % 256) - 128,
  integers: (i) => (i % 2 === 0 ? 2 ** 31 - 1 - i : -(2 ** 31) + i),
  "numbers of all sorts": (i) => [-0, NaN, Infinity, -Infinity, i / 7, 2 ** 31, i][i % 7],
  booleans: (i) => i % 3 === 0,
  "short strings": (i) => ["", "a", `é${i}`, "ok", `twelve${i % 1000}`][i % 5],
  "strings around a byte of length": (i) => "x".repeat(250 + (i % 6)),
  "strings of which one is wide": (i) => (i === 11 ? "漢" : "a"),
  nulls: () => null,
  undefined: () => undefined,
};

describe("long arrays of one kind of item", { timeout }, () => {
  for (const [name, item] of Object.entries(kinds)) {
    it(`arrive with their ${name}, at every length around those of runs and blocks`, () => {
      for (const length of [0, 1, 11, 12, 13, 16, 17, 39, 40, 41, 127, 128, 129, 511, 512, 513]) {
        arrivesSame(list(length, item));
      }
      for (const length of [1024, 1025, 4095, 4096, 4097, 20_000]) arrivesSame(list(length, item));
    });
  }

  it("arrive when a single item, wherever it is, is of another kind", () => {
    const others = ["x", 1, 1.5, -0, true, null, undefined, 7n, Symbol.iterator, [1], "漢"];
    for (const item of [(i: number): unknown => i, (i: number) => i / 2, (i: number) => `${i}`]) {
      for (const at of [0, 1, 19, 600, 1199]) {
        for (const other of others) {
          const value: unknown[] = list(1200, item);
          value[at] = other;
          const copy = roundTrip(value);
          assert.deepStrictEqual(copy, value);
          assert.ok(typeof other !== "number" || Object.is(copy[at], other));
        }
      }
    }
  });

  it("keep holes, further properties, frozenness and their class", () => {
    for (const item of Object.values(kinds)) {
      const holey = list(50, item);
      Reflect.deleteProperty(holey, 30);
      assert.equal(30 in roundTrip(holey), false);
      const extended = Object.assign(list(50, item), { extra: 1 });
      Object.defineProperty(extended, "hidden", { value: 2 });
      assert.deepEqual(Reflect.ownKeys(roundTrip(extended)), Reflect.ownKeys(extended));
      assert.ok(Object.isFrozen(roundTrip(Object.freeze(list(50, item)))));
      class Items extends Array<unknown> {}
      const copy = roundTrip(Items.from(list(50, item)));
      assert.equal(Object.getPrototypeOf(copy).constructor.name, "Items");
      assert.deepEqual([...copy], list(50, item));
    }
  });

  it("keep their identity", () => {
    const run = list(100, (i) => i);
    const [a, { b }, c] = roundTrip([run, { b: run }, list(100, (i) => i)] as [
      unknown,
      { b: unknown },
      unknown,
    ]);
    assert.equal(a, b);
    assert.notEqual(a, c);
  });

  it("give what an accessor on an index answers, even when that changes", () => {
    const changing = (answers: unknown[], rest: unknown): unknown[] => {
      const value = list<unknown>(20, () => rest);
      let asked = 0;
      Object.defineProperty(value, 15, {
        get: () => answers[Math.min(asked++, answers.length - 1)],
      });
      return value;
    };
    const twice: unknown[][] = [
      [1, "x"],
      [1, 300],
      [1, 1.5],
      [0, -0],
      [1.5, null],
      [true, 1],
      ["a", "bb"],
      ["a", "漢"],
    ];
    for (const answers of twice) {
      const copy = roundTrip<unknown[]>(changing(answers, answers[0]));
      assert.equal(copy.length, 20);
      assert.ok(answers.includes(copy[15]), String(copy[15]));
      assert.equal(copy[16], answers[0]);
    }
  });

  it("do not decode when they are cut off, or of an unknown kind", () => {
    for (const item of Object.values(kinds)) {
      const bytes = encoder.encode(list(40, item)).slice();
      for (let end = 0; end < bytes.length; end++) {
        assert.throws(() => decoder.decode(bytes, 0, end), UnpicklingError);
      }
    }
    const bytes = encoder.encode(list(40, (i) => i)).slice();
    bytes[2] = 99;
    assert.throws(() => decoder.decode(bytes), UnpicklingError);
  });
});

describe("a list that its sender made itself", { timeout }, () => {
  const items = list(20, (i) => i);

  it("arrives as an array", () => {
    assert.deepEqual(roundTrip<unknown>(new PlainList(items)), items);
    assert.deepEqual(roundTrip<unknown>({ list: new PlainList(["a", { b: 1 }]) }), {
      list: ["a", { b: 1 }],
    });
  });

  it("is the same array as where it appears by itself", () => {
    for (const message of [
      [new PlainList(items), items],
      [items, new PlainList(items)],
    ]) {
      const [a, b] = roundTrip<unknown[]>(message);
      assert.equal(a, b);
      assert.deepEqual(a, items);
    }
  });
});

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { types } from "node:util";
import { roundTrip } from "./support/round-trip.js";

const timeout = 10_000;
const ones = (length: number): number[] => Array.from({ length }, () => 1);
const same = (value: unknown): void => assert.deepStrictEqual(roundTrip(value), value);

describe("primitives keep their value", { timeout }, () => {
  const values: [string, unknown][] = [
    ["undefined", undefined],
    ["null", null],
    ["true", true],
    ["false", false],
    ["minus zero", -0],
    ["NaN", NaN],
    ["Infinity", Infinity],
    ["-Infinity", -Infinity],
    ["a fraction", 0.1],
    ["the largest number", Number.MAX_VALUE],
    ["the smallest number", Number.MIN_VALUE],
    ["the largest safe integer", Number.MAX_SAFE_INTEGER],
    ["an empty string", ""],
    ["a latin1 string", "déjà vu ÿ"],
    ["Chinese", "并发编程"],
    ["an emoji", "👩‍💻"],
    ["a lone surrogate", "a\ud800b\udfff"],
    ["a long ASCII string", "x".repeat(100_000)],
    ["a long latin1 string", "é".repeat(100_000)],
    ["a long wide string", "漢".repeat(100_000)],
    ["a NUL", "a\0b"],
    ["Symbol.for", Symbol.for("manyhands test")],
    ["a well-known symbol", Symbol.asyncIterator],
  ];
  for (const [name, value] of values) {
    it(`sends ${name}`, () => assert.ok(Object.is(roundTrip(value), value)));
  }

  it("sends every integer around the sizes of its encodings", () => {
    for (let bits = 0; bits <= 53; bits++) {
      for (const near of [-2, -1, 0, 1, 2]) {
        for (const sign of [1, -1]) {
          const value = sign * (2 ** bits + near);
          assert.ok(Object.is(roundTrip(value), value), String(value));
        }
      }
    }
  });

  it("sends bigints of any size", () => {
    for (let bits = 0n; bits <= 300n; bits++) {
      for (const near of [-1n, 0n, 1n]) {
        assert.equal(roundTrip(2n ** bits + near), 2n ** bits + near);
        assert.equal(roundTrip(-(2n ** bits) + near), -(2n ** bits) + near);
      }
    }
  });

  it("sends strings of every length around the sizes of their encodings", () => {
    for (let length = 0; length < 300; length++) {
      for (const letter of ["a", "é", "漢"]) {
        const value = letter.repeat(length);
        assert.equal(roundTrip(value), value);
      }
    }
  });
});

describe("objects keep their shape", { timeout }, () => {
  it("keeps keys in order, with values of all types", () => {
    const value = { z: 1, a: "x", 10: true, 2: null, m: undefined, "odd key": [1.5] };
    same(value);
    assert.deepEqual(Object.keys(roundTrip(value)), Object.keys(value));
  });

  it("keeps an own __proto__ key apart from the prototype", () => {
    const value = JSON.parse('{"__proto__": {"polluted": 1}, "b": 2}') as object;
    const copy = roundTrip(value);
    assert.deepEqual(Reflect.ownKeys(copy), ["__proto__", "b"]);
    assert.equal(Object.getPrototypeOf(copy), Object.prototype);
    assert.equal("polluted" in copy, false);
  });

  it("keeps a null prototype", () => {
    const copy = roundTrip(Object.assign(Object.create(null) as object, { a: 1 }));
    assert.equal(Object.getPrototypeOf(copy), null);
    assert.deepEqual(Object.keys(copy), ["a"]);
  });

  it("keeps registered symbol keys", () => {
    const value = { [Symbol.for("k")]: 1, [Symbol.iterator]: "it", a: 2 };
    same(value);
    assert.deepEqual(Reflect.ownKeys(roundTrip(value)), Reflect.ownKeys(value));
  });

  it("keeps hidden, read-only and fixed properties", () => {
    const value = Object.defineProperties({ a: 1 } as Record<string, unknown>, {
      hidden: { value: 2, writable: true, configurable: true },
      fixed: { value: [3], enumerable: true },
    });
    assert.deepEqual(
      Object.getOwnPropertyDescriptors(roundTrip(value)),
      Object.getOwnPropertyDescriptors(value),
    );
  });

  it("keeps objects frozen, sealed and closed", () => {
    assert.ok(Object.isFrozen(roundTrip(Object.freeze({ a: 1, b: [2] }))));
    const sealed = roundTrip(Object.seal({ a: 1 }));
    assert.ok(Object.isSealed(sealed) && !Object.isFrozen(sealed));
    const closed = roundTrip(Object.preventExtensions({ a: 1 }));
    assert.ok(!Object.isExtensible(closed) && !Object.isSealed(closed));
    assert.ok(Object.isFrozen(roundTrip(Object.freeze([1, 2]))));
  });

  it("keeps objects with thousands of keys, and thousands of objects with different keys", () => {
    const wide = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`key ${i}`, i]));
    same(wide);
    same(Array.from({ length: 3000 }, (_, i) => ({ [`only ${i}`]: i, [`and ${i % 7}`]: i })));
    same(Array.from({ length: 3000 }, (_, i) => ({ id: i, nested: { of: { id: i } } })));
  });

  it("keeps keys of any script and length", () => {
    same({ 键: 1, é: 2, ["x".repeat(5000)]: 3, "": 4, "a\ud800": 5 });
  });

  it("tells apart key lists that differ only in order or in width", () => {
    same([{ a: 1, b: 2 }, { b: 1, a: 2 }, { ab: 1 }, { a: 1 }, { "a\0b": 1 }, { 慢: 1 }]);
  });

  it("keeps own keys that Object.prototype has too", () => {
    same({ toString: 1, constructor: 2, valueOf: 3 });
    same({ constructor: 2 });
  });
});

describe("arrays keep their elements", { timeout }, () => {
  it("keeps holes apart from undefined", () => {
    // oxlint-disable-next-line no-sparse-arrays
    const value = [, 1, undefined, , 2, ,];
    const copy = roundTrip(value);
    assert.equal(copy.length, 6);
    assert.deepEqual(Object.keys(copy), ["1", "2", "4"]);
  });

  it("keeps sparse arrays of any length without making room for what is not there", () => {
    const value: number[] = [];
    value[3_000_000_000] = 7;
    const copy = roundTrip(value);
    assert.equal(copy.length, 3_000_000_001);
    assert.deepEqual(Object.keys(copy), ["3000000000"]);
    const long = Array.from({ length: 1000 }, (_, i) => i);
    Reflect.deleteProperty(long, 500);
    same(long);
    assert.equal(500 in roundTrip(long), false);
  });

  it("keeps further properties of short and of long arrays", () => {
    const match = /(?<word>b)/.exec("abc")!;
    const copy = roundTrip(match);
    assert.equal(copy.index, 1);
    assert.equal(copy.groups!["word"], "b");
    for (const length of [3, 127, 128, 1000]) {
      const array = Object.assign(ones(length), { note: "x" });
      assert.equal(roundTrip(array).note, "x");
      const hidden = Object.defineProperty(ones(length), "h", { value: 1 });
      assert.equal((roundTrip(hidden) as unknown as { h: number }).h, 1);
      const symbols = Object.assign(ones(length), { [Symbol.for("s")]: 2 });
      assert.equal(roundTrip(symbols)[Symbol.for("s")], 2);
    }
  });

  it("keeps a hole and a further property that make up for each other in number", () => {
    // oxlint-disable-next-line no-sparse-arrays
    const value = Object.assign([1, , 3], { x: 1 });
    const copy = roundTrip(value);
    assert.equal(1 in copy, false);
    assert.equal(copy.x, 1);
  });

  it("sends long arrays of all kinds", () => {
    same(Array.from({ length: 5000 }, (_, i) => i - 2500));
    same(Array.from({ length: 5000 }, (_, i) => i / 3));
    same(Array.from({ length: 5000 }, (_, i) => `item ${i}`));
  });
});

describe("identity holds", { timeout }, () => {
  it("keeps shared references shared", () => {
    const shared = { n: 1 };
    const copy = roundTrip({ a: shared, b: [shared], c: new Map([[shared, shared]]) });
    assert.equal(copy.a, copy.b[0]);
    assert.equal(copy.c.get(copy.a), copy.a);
  });

  it("keeps cycles, among many objects too", () => {
    interface Node {
      next: Node;
      all?: Node[];
    }
    const nodes = Array.from({ length: 100 }, () => ({}) as Node);
    for (const [i, node] of nodes.entries()) node.next = nodes[(i + 1) % 100]!;
    nodes[0]!.all = nodes;
    const copy = roundTrip(nodes[0]!);
    let at = copy;
    for (let i = 0; i < 100; i++) at = at.next;
    assert.equal(at, copy);
    assert.equal(copy.all![0], copy);
    const map = new Map<unknown, unknown>();
    map.set(map, new Set([map]));
    const [[key, value]] = [...roundTrip(map)] as [[unknown, Set<unknown>]];
    assert.ok(value.has(key));
  });
});

describe("built-in objects keep their state", { timeout }, () => {
  it("sends dates, regular expressions, maps and sets", () => {
    same([new Date(0), new Date(8.64e15)]);
    assert.ok(Number.isNaN(roundTrip(new Date(NaN)).getTime()));
    const pattern = /a(?<b>.)/giu;
    pattern.lastIndex = 3;
    assert.equal(roundTrip(pattern).lastIndex, 3);
    assert.equal(String(roundTrip(pattern)), String(pattern));
    same(new Map<unknown, unknown>([[{ a: 1 }, new Set([1, "x", null])]]));
    same(new Set([NaN, 0, ""]));
    same(Object.assign(new Map([[1, 2]]), { extra: true }));
  });

  it("sends URLs", () => {
    const url = new URL("https://user:pw@example.org:81/p?q=1#h");
    assert.equal(roundTrip(url).href, url.href);
    assert.ok(roundTrip(url) instanceof URL);
    const query = new URLSearchParams("a=1&a=2&%E9=x");
    assert.equal(String(roundTrip(query)), String(query));
  });

  it("sends boxed primitives", () => {
    for (const value of [1, -0, "text", true, 5n, Symbol.for("s")]) {
      const copy = roundTrip(Object(value)) as object;
      assert.ok(types.isBoxedPrimitive(copy));
      assert.ok(Object.is(copy.valueOf(), value));
    }
  });

  it("sends every class of typed array", () => {
    for (const type of [Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array] as const)
      same(new type([1, 2, 3]));
    for (const type of [Int32Array, Uint32Array, Float32Array, Float64Array] as const)
      same(new type([1, 2, 3]));
    same(new BigInt64Array([-1n, 2n]));
    same(new BigUint64Array([1n, 2n]));
    same(new Uint8Array(100_000).fill(7));
    same(Object.assign(new Uint8Array(3), { note: 1 }));
    same(Object.assign(new Uint8Array(300), { note: 1 }));
  });

  it("sends ArrayBuffers and views, which go on sharing their buffer", () => {
    const buffer = new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8]).buffer;
    const copy = roundTrip({
      buffer,
      part: new Uint16Array(buffer, 2, 2),
      view: new DataView(buffer, 1),
    });
    assert.deepEqual(copy.buffer, buffer);
    assert.equal(copy.part.buffer, copy.buffer);
    assert.equal(copy.view.buffer, copy.buffer);
    assert.equal(copy.part.byteOffset, 2);
    assert.equal(copy.view.byteLength, 7);
  });

  it("sends Buffers as Buffers, without the pool around them", () => {
    const copy = roundTrip(Buffer.from("hello"));
    assert.ok(Buffer.isBuffer(copy));
    assert.equal(copy.toString(), "hello");
    same(Buffer.alloc(70_000, 1));
    same(Buffer.alloc(0));
  });

  it("keeps a resizable ArrayBuffer resizable", () => {
    const make = ArrayBuffer as new (length: number, options: object) => ArrayBuffer;
    const copy = roundTrip(new make(4, { maxByteLength: 64 })) as ArrayBuffer & {
      maxByteLength: number;
    };
    assert.equal(copy.maxByteLength, 64);
    assert.equal(copy.byteLength, 4);
  });

  it("sends an aborted signal with its reason", () => {
    const copy = roundTrip(AbortSignal.abort({ why: 1 }));
    assert.ok(copy.aborted);
    assert.deepEqual(copy.reason, { why: 1 });
  });
});

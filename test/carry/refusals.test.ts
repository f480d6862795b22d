import assert from "node:assert/strict";
import { createServer } from "node:net";
import { describe, it } from "node:test";
import { MessageChannel } from "node:worker_threads";
import { PicklingError } from "manyhands/errors";
import { Decoder } from "#internal/carry/decoder.js";
import { Encoder } from "#internal/carry/encoder.js";

const timeout = 10_000;
const encoder = new Encoder({ destination: "process" });
const decoder = new Decoder({ destination: "process" });

function refusal(value: unknown, label?: string): PicklingError {
  let refused: unknown;
  try {
    encoder.encode(value, label);
  } catch (error) {
    refused = error;
  }
  assert.ok(refused instanceof PicklingError, String(refused));
  return refused;
}

function argumentsOf(..._numbers: number[]): IArguments {
  return arguments;
}

class Secret {
  #value = 1;
  get value(): number {
    return this.#value;
  }
}

describe("what cannot cross is refused", { timeout }, () => {
  const { port1, port2 } = new MessageChannel();
  port1.close();
  port2.close();
  const culprits: [string, unknown, RegExp][] = [
    ["a Promise", Promise.resolve(1), /Promise.*await it first/],
    ["a WeakMap", new WeakMap(), /WeakMap.*send a Map/],
    ["a WeakSet", new WeakSet(), /WeakSet/],
    ["a WeakRef", new WeakRef({}), /WeakRef/],
    ["a Proxy", new Proxy({}, {}), /Proxy/],
    ["a unique symbol", Symbol("mine"), /Symbol\.for\("mine"\)/],
    ["an instance with #private fields", new Secret(), /#private.*manyhands\.reduce/],
    ["a generator", (function* () {})(), /Generator.*generator function/],
    ["an iterator", new Map().entries(), /Iterator/],
    ["a MessagePort", port1, /MessagePort/],
    ["a shared buffer", new SharedArrayBuffer(8), /shareBuffer\(\)/],
    ["an Intl formatter", new Intl.NumberFormat(), /NumberFormat/],
    ["an arguments object", argumentsOf(1), /arguments/],
    ["an AbortController", new AbortController(), /AbortController|AbortSignal/],
    ["a unique symbol as key", { [Symbol("k")]: 1 }, /unique symbol/],
  ];
  it("says of a shared buffer that goes to a thread what may go there", () => {
    const toThread = new Encoder({ destination: "thread" });
    const send = (): unknown => toThread.encode(new SharedArrayBuffer(8));
    assert.throws(send, /args of a Thread; use shareBuffer\(\), SharedArray or RawArray/);
  });
  for (const [name, value, reason] of culprits) {
    it(`refuses ${name}, and says what to do instead`, () => {
      assert.match(refusal(value).message, reason);
    });
  }

  it("names the path to the culprit", () => {
    const bad = new WeakMap();
    const paths: [unknown, string][] = [
      [{ a: { b: bad } }, "a → .b"],
      [[1, [bad]], "[1] → [0]"],
      [{ "odd key": bad }, '["odd key"]'],
      [new Map([["k", { x: bad }]]), '.get("k") → .x'],
      [new Map([[bad, 1]]), "<key 0>"],
      [new Set([1, bad]), "<item 1>"],
      [Object.freeze({ [Symbol.for("s")]: bad }), "[Symbol(s)]"],
      [Object.assign([1], { note: bad }), "note"],
      [new Error("m", { cause: bad }), "cause"],
    ];
    for (const [value, path] of paths) assert.equal(refusal(value).path, path);
    assert.equal(refusal({ db: { socket: bad } }, "config").path, "config → .db → .socket");
    assert.match(refusal({ a: bad }, "fn").message, /^Cannot send fn → \.a: /);
  });

  it("refuses servers and sockets by what they are", () => {
    const server = createServer();
    assert.match(refusal({ server }).message, /Server/);
    server.close();
  });

  it("refuses a detached buffer", () => {
    const buffer = new ArrayBuffer(8);
    structuredClone(buffer, { transfer: [buffer] });
    assert.match(refusal(buffer).message, /detached/);
  });

  it("refuses values nested too deeply, at the same depth whatever the stack", () => {
    const nested = (levels: number, wrap: (inside: unknown) => unknown): unknown => {
      let value: unknown = 1;
      for (let i = 0; i < levels; i++) value = wrap(value);
      return value;
    };
    for (const levels of [1201, 200_000]) {
      const error = refusal(nested(levels, (inside) => [inside]));
      assert.match(error.message, /nested too deeply/);
      assert.ok(error.path.length < 1000);
    }
    for (const wrap of [
      (next: unknown) => ({ next }),
      (next: unknown) => Object.freeze({ next }),
      (next: unknown) => new Map([[1, next]]),
    ]) {
      const bytes = encoder.encode(nested(300, wrap)).slice();
      assert.ok(decoder.decode(bytes));
    }
  });

  it("works as before after a refusal", () => {
    const shared = {};
    refusal([shared, new WeakMap()]);
    assert.ok(encoder.encode([shared, shared]).length > 0);
  });
});

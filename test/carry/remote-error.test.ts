import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { MaybeEncodingError, PicklingError, TimeoutError } from "manyhands/errors";
import {
  createDecoder,
  createEncoder,
  packThrown,
  resultRefused,
  unpackThrown,
  unpackThrownAsync,
} from "#internal/carry/index.js";

const timeout = 10_000;
const encoder = createEncoder({ destination: "process" });
const decoder = createDecoder({ destination: "process" });
/** One that knows no classes of ours: a process where they cannot be found. */
const stranger = createDecoder({ destination: "foreign" });
const from = "process 4711 (Worker-1)";
/** Which the types of Node do not know. */
const wasm = Reflect.get(globalThis, "WebAssembly") as {
  readonly CompileError: new () => Error;
  readonly Module: new (bytes: Uint8Array) => object;
};

class Failure extends Error {
  override name = "Failure";
  readonly exit: number;
  constructor(message: string, exit: number, options?: ErrorOptions) {
    super(message, options);
    this.exit = exit;
  }
}

class Vault extends Error {
  #key = 1;
  get key(): number {
    return this.#key;
  }
}

describe("what was thrown elsewhere", { timeout }, () => {
  it("keeps the class of errors of Node and of the language that are no globals", () => {
    for (const [type, make] of [
      [assert.AssertionError, () => assert.equal(1, 2)],
      [wasm.CompileError, () => new wasm.Module(new Uint8Array(3))],
    ] as const) {
      let failed: unknown;
      try {
        make();
      } catch (error) {
        failed = error;
      }
      const thrown = unpackThrown(packThrown(failed, encoder), decoder, { from }) as Error;
      assert.ok(thrown instanceof type, String(thrown));
      assert.notEqual(thrown, failed);
      assert.equal(thrown.message, (failed as Error).message);
    }
  });

  it("arrives with its class, fields and cause", () => {
    const error = new Failure("it broke", 3, { cause: new TimeoutError("late") });
    const thrown = unpackThrown(packThrown(error, encoder), decoder, { from });
    assert.ok(thrown instanceof Failure);
    assert.equal(thrown.exit, 3);
    assert.equal(thrown.message, "it broke");
    assert.ok(thrown.cause instanceof TimeoutError);
  });

  it("has one stack: the local part, the remote's name, the remote part", () => {
    const packed = packThrown(new RangeError("two\nlines"), encoder);
    function callSite(): Error {
      return new Error("here");
    }
    const thrown = unpackThrown(packed, decoder, { from, callSite: callSite() }) as Error;
    const lines = thrown.stack!.split("\n");
    assert.deepEqual(lines.slice(0, 2), ["RangeError: two", "lines"]);
    const border = lines.indexOf(`    --- in ${from}:`);
    assert.match(lines[2]!, /at callSite /);
    assert.match(lines[border + 1]!, /remote-error\.test/);
    assert.ok(border > 2);
  });

  it("shows every border that it crossed", () => {
    const first = unpackThrown(packThrown(new Error("deep"), encoder), decoder, { from: "A" });
    const second = unpackThrown(packThrown(first, encoder), decoder, { from: "B" }) as Error;
    assert.ok(second.stack!.indexOf("in B:") < second.stack!.indexOf("in A:"));
  });

  it("arrives also when it is no error", () => {
    for (const value of [undefined, null, "text", 5, { reason: 1 }]) {
      assert.deepEqual(unpackThrown(packThrown(value, encoder), decoder, { from }), value);
    }
  });

  it("is a MaybeEncodingError when it is no error and cannot cross", () => {
    const thrown = unpackThrown(packThrown(new WeakMap(), encoder), decoder, { from });
    assert.ok(thrown instanceof MaybeEncodingError);
    assert.match(thrown.message, /WeakMap/);
  });

  it("loses only the fields that cannot cross, and says so in their place", () => {
    const handle: unknown = new WeakMap();
    const error = Object.assign(new Failure("half", 4), { handle, ok: [1] });
    const thrown = unpackThrown(packThrown(error, encoder), decoder, { from }) as typeof error;
    assert.ok(thrown instanceof Failure);
    assert.deepEqual(thrown.ok, [1]);
    assert.match(thrown.handle as string, /^\[Cannot send \.handle: .*WeakMap/);
  });

  it("names what keeps a thrown value that is no error from crossing", () => {
    const thrown = unpackThrown(packThrown({ p: [new WeakMap()] }, encoder), decoder, { from });
    assert.ok(thrown instanceof MaybeEncodingError);
    assert.equal(thrown.path, "thrown → .p → [0]");
    assert.match(thrown.message, /Cannot send thrown → \.p → \[0\]: .*WeakMap/);
  });

  it("falls back to the nearest known class, its name kept, when its own cannot cross", () => {
    const thrown = unpackThrown(packThrown(new Vault("shut"), encoder), decoder, { from });
    assert.equal(Object.getPrototypeOf(thrown), Error.prototype);
    assert.equal((thrown as Error).message, "shut");
  });

  it("falls back likewise at a receiver that cannot find the class", async () => {
    const packed = packThrown(new Failure("far", 5), encoder);
    for (const thrown of [
      unpackThrown(packed, stranger, { from }),
      (await unpackThrownAsync(packed, stranger, { from })).thrown,
    ]) {
      assert.ok(thrown instanceof Error && !(thrown instanceof Failure));
      assert.equal(thrown.name, "Failure");
      assert.equal((thrown as Failure).exit, 5);
    }
  });

  it("may be an AbortError", () => {
    const error = new DOMException("stop", "AbortError");
    const thrown = unpackThrown(packThrown(error, encoder), decoder, { from });
    assert.ok(thrown instanceof DOMException && thrown.name === "AbortError");
    assert.ok(thrown.stack!.includes(from));
  });
});

describe("a result that cannot cross back", { timeout }, () => {
  it("gives a MaybeEncodingError with the path", () => {
    let refused: unknown;
    try {
      encoder.encode({ cache: new WeakMap() }, "result");
    } catch (error) {
      refused = error;
    }
    const error = resultRefused(refused);
    assert.ok(error instanceof MaybeEncodingError && error instanceof PicklingError);
    assert.equal(error.path, "result → .cache");
    assert.match(error.message, /WeakMap/);
  });
});

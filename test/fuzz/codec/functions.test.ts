import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { UnpicklingError } from "manyhands/errors";
import { createDecoder, createEncoder } from "#internal/carry/index.js";
import { anyValue } from "./any-value.js";
import { difference } from "./same-graph.js";

const timeout = 120_000;
const encoder = createEncoder({ destination: "process" });
const decoder = createDecoder({ destination: "process" });

class Base {
  readonly held: unknown;
  constructor(held: unknown) {
    this.held = held;
  }
}

class Derived extends Base {
  static last: unknown;
}

/** A closure over a value, as another thread would rebuild it: not the original. */
function rebuilt(value: unknown): () => unknown {
  const closure = (): unknown => value;
  const bytes = Buffer.from(encoder.encode(closure).slice());
  const at = bytes.indexOf(":");
  // Another thread's name in its id makes it a stranger here.
  bytes.fill("z", at - 16, at);
  return decoder.decode(bytes) as () => unknown;
}

describe("functions in messages under arbitrary input", { timeout }, () => {
  it("capture any value as it is", () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        assert.equal(difference(value, rebuilt(value)()), undefined);
      }),
      { numRuns: 300 },
    );
  });

  it("and instances of classes stand in the middle of any graph", () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        const instance = new Derived(value);
        const copy = decoder.decode(encoder.encode([value, instance, instance]).slice()) as [
          unknown,
          Derived,
          Derived,
        ];
        assert.equal(copy[1], copy[2]);
        assert.ok(copy[1] instanceof Derived);
        assert.equal(difference([value, value], [copy[0], copy[1].held]), undefined);
      }),
      { numRuns: 300 },
    );
  });

  it("answer truncated messages with an UnpicklingError, at every length", () => {
    const step = 2;
    const closure = (x: number): number => x + step;
    const value = [new Derived(closure), Derived, closure.bind(undefined, 1), Math.max, Math];
    const bytes = encoder.encode(value).slice();
    for (let length = 0; length < bytes.length; length++) {
      assert.throws(() => decoder.decode(bytes, 0, length), UnpicklingError);
    }
  });
});

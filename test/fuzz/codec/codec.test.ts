import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { UnpicklingError } from "manyhands/errors";
import { Decoder } from "#internal/carry/decoder.js";
import { Encoder } from "#internal/carry/encoder.js";
import { anyValue } from "./any-value.js";
import { difference } from "./same-graph.js";

const timeout = 120_000;
const encoder = new Encoder({ destination: "process" });
const decoder = new Decoder({ destination: "process" });
const foreign = new Decoder({ destination: "foreign" });

/** Decodes bytes that may be damaged: a value or an UnpicklingError, never anything else. */
function survives(bytes: Uint8Array): void {
  for (const each of [decoder, foreign]) {
    try {
      each.decode(bytes);
    } catch (error) {
      assert.ok(error instanceof UnpicklingError, String(error));
    }
  }
}

describe("the codec under arbitrary input", { timeout }, () => {
  it("gives back every value equal, with the same identities", () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        const copy = decoder.decode(encoder.encode(value).slice());
        assert.equal(difference(value, copy), undefined);
      }),
      { numRuns: 3000 },
    );
  });

  it("writes the same bytes into a given range, or spills them when it is too small", () => {
    const target = new Uint8Array(new SharedArrayBuffer(4096));
    fc.assert(
      fc.property(anyValue, fc.nat(4096), (value, end) => {
        const bytes = encoder.encode(value).slice();
        const start = Math.min(7, end);
        const length = encoder.encodeInto(value, target, start, end);
        const written = encoder.spilled ?? target.subarray(start, start + length);
        assert.equal(encoder.spilled === undefined, length <= end - start);
        assert.deepEqual(new Uint8Array(written), new Uint8Array(bytes));
        assert.equal(difference(value, decoder.decode(written)), undefined);
      }),
      { numRuns: 500 },
    );
  });

  it("answers truncated messages with an UnpicklingError, at every length", () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        const bytes = encoder.encode(value).slice();
        for (let length = 0; length < Math.min(bytes.length, 600); length++) {
          assert.throws(() => decoder.decode(bytes, 0, length), UnpicklingError);
        }
      }),
      { numRuns: 200 },
    );
  });

  it("survives messages with a few bytes changed", () => {
    fc.assert(
      fc.property(
        anyValue,
        fc.array(fc.tuple(fc.nat(10_000), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        (value, edits) => {
          const bytes = encoder.encode(value).slice();
          for (const [at, byte] of edits) bytes[at % bytes.length] = byte;
          survives(bytes);
        },
      ),
      { numRuns: 5000 },
    );
  });

  it("survives random bytes", () => {
    const tags = fc.array(fc.oneof(fc.nat(50), fc.nat(255)), { maxLength: 200 });
    fc.assert(
      fc.property(tags, fc.constantFrom(0x4d, 0x4e), (rest, format) => {
        survives(Uint8Array.from([format, ...rest]));
        survives(Uint8Array.from(rest));
      }),
      { numRuns: 20_000 },
    );
  });
});

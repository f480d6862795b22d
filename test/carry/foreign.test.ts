import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { PicklingError, UnpicklingError } from "manyhands/errors";
import { Decoder } from "#internal/carry/decoder.js";
import { Encoder } from "#internal/carry/encoder.js";
import { registerHandle } from "#internal/carry/handles.js";

const timeout = 10_000;
const encoder = new Encoder({ destination: "foreign" });
const decoder = new Decoder({ destination: "foreign" });
const family = new Encoder({ destination: "process" });

class Ticket {
  readonly number: number;
  constructor(number: number) {
    this.number = number;
  }
}
registerHandle<Ticket, number>("test.Ticket", {
  is: (value): value is Ticket => value instanceof Ticket,
  toHandle: (ticket) => ticket.number,
  fromHandle: (number) => new Ticket(number),
});

class Point {
  readonly x: number;
  constructor(x: number) {
    this.x = x;
  }
}

class Reducible {
  [Symbol.for("manyhands.reduce")](): unknown {
    return [Map, []];
  }
}

describe("a foreign peer", { timeout }, () => {
  it("is sent plain data of every built-in kind", () => {
    const value = { a: [1, "x", new Date(0)], b: new Map([[1, new Set([2])]]), c: /x/g };
    assert.deepEqual(decoder.decode(encoder.encode(value).slice()), value);
    const error = decoder.decode(encoder.encode(new RangeError("far")).slice());
    assert.ok(error instanceof RangeError && error.message === "far");
  });

  it("is sent no function, class instance, reduced object or handle", () => {
    for (const value of [() => 1, Reducible, new Point(1), new Ticket(1)]) {
      assert.throws(() => encoder.encode({ value }), PicklingError);
    }
    assert.throws(() => encoder.encode(new Reducible()), /plain data/);
  });

  it("cannot send us a handle", () => {
    const bytes = family.encode(new Ticket(3)).slice();
    const own = new Decoder({ destination: "process" }).decode(bytes);
    assert.ok(own instanceof Ticket && own.number === 3);
    assert.throws(() => decoder.decode(bytes), UnpicklingError);
  });
});

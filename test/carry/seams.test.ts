import assert from "node:assert/strict";
import { createServer, Server } from "node:net";
import { describe, it } from "node:test";
import { PicklingError, UnpicklingError } from "manyhands/errors";
import { Decoder } from "#internal/carry/decoder.js";
import { Encoder } from "#internal/carry/encoder.js";
import { createDecoder, createEncoder } from "#internal/carry/index.js";
import { registerHandle } from "#internal/carry/handles.js";

const timeout = 10_000;

/** Large binary data as a channel would carry it: in a table beside the messages. */
function sideTable(): { put(bytes: Uint8Array): number; take(id: number): Uint8Array } {
  const held = new Map<number, Uint8Array>();
  return {
    put: (bytes) => (held.set(held.size + 1, bytes.slice()), held.size),
    take: (id) => held.get(id)!,
  };
}

describe("large binary data", { timeout }, () => {
  it("goes out of band from the given size on, and comes back equal", () => {
    const outOfBand = sideTable();
    const encoder = new Encoder({ destination: "process", outOfBand, outOfBandBytes: 1000 });
    const decoder = new Decoder({ destination: "process", outOfBand });
    const value = {
      small: new Uint8Array(10).fill(1),
      array: new Float64Array(1000).fill(0.5),
      pooled: Buffer.alloc(4000, 3).subarray(100, 3000),
      buffer: new ArrayBuffer(2000),
    };
    const bytes = encoder.encode(value);
    assert.ok(bytes.length < 200, `${bytes.length} bytes`);
    assert.deepEqual(decoder.decode(bytes.slice()), value);
  });

  it("keeps views of one large buffer on one buffer", () => {
    const outOfBand = sideTable();
    const encoder = new Encoder({ destination: "process", outOfBand });
    const decoder = new Decoder({ destination: "process", outOfBand });
    const buffer = new ArrayBuffer(1 << 17);
    const value = [new Uint8Array(buffer), new Uint16Array(buffer, 8, 4)] as const;
    const [a, b] = decoder.decode(encoder.encode(value).slice()) as typeof value;
    assert.equal(a.buffer, b.buffer);
    assert.equal(b.byteOffset, 8);
  });

  it("is taken back when the message is refused after all", () => {
    const discarded: number[] = [];
    const outOfBand = { ...sideTable(), discard: (id: number) => void discarded.push(id) };
    const encoder = new Encoder({ destination: "process", outOfBand, outOfBandBytes: 10 });
    assert.throws(() => encoder.encode([new Uint8Array(100), new WeakMap()]), PicklingError);
    assert.deepEqual(discarded, [1]);
  });

  it("is refused by a decoder without a source", () => {
    const outOfBand = sideTable();
    const encoder = new Encoder({ destination: "process", outOfBand, outOfBandBytes: 10 });
    const bytes = encoder.encode(new Uint8Array(100)).slice();
    assert.throws(() => new Decoder({ destination: "process" }).decode(bytes), UnpicklingError);
  });
});

/** Objects that travel beside messages. */
function trunk(accepts: (object: object) => boolean): {
  put(object: object): number | undefined;
  take(id: number): object;
} {
  const held: object[] = [];
  return {
    put: (object) => (accepts(object) ? held.push(object) - 1 : undefined),
    take: (id) => held[id]!,
  };
}

describe("attachments", { timeout }, () => {
  it("take shared buffers to another thread as themselves", () => {
    const attachments = trunk((object) => object instanceof SharedArrayBuffer);
    const encoder = new Encoder({ destination: "thread", attachments });
    const decoder = new Decoder({ destination: "thread", attachments });
    const words = new Int32Array(new SharedArrayBuffer(64));
    const copy = decoder.decode(encoder.encode({ words }).slice()) as { words: Int32Array };
    assert.equal(copy.words.buffer, words.buffer);
  });

  it("take native objects that the channel can carry, and no others", () => {
    const attachments = trunk((object) => object instanceof Server);
    const encoder = createEncoder({ destination: "process", attachments });
    const decoder = createDecoder({ destination: "process", attachments });
    const server = createServer();
    const copy = decoder.decode(encoder.encode({ in: [server, server] }).slice());
    assert.deepEqual(copy, { in: [server, server] });
    assert.throws(() => encoder.encode({ map: new WeakMap() }), PicklingError);
  });
});

class Gate {
  readonly id: number;
  constructor(id: number) {
    this.id = id;
  }
}

describe("handles", { timeout }, () => {
  const known = new Map([[7, new Gate(7)]]);
  registerHandle<Gate, { id: number }>("test.Gate", {
    is: (value): value is Gate => value instanceof Gate,
    toHandle(gate, { destination }) {
      if (destination === "process") {
        throw new PicklingError("a threading Gate stays in its process; use multiprocessing.Gate");
      }
      return { id: gate.id };
    },
    fromHandle: ({ id }) => known.get(id)!,
  });

  it("stand for the object, the same one each time", () => {
    const encoder = new Encoder({ destination: "thread" });
    const gate = known.get(7)!;
    const copy = new Decoder({ destination: "thread" }).decode(
      encoder.encode([gate, { gate }]).slice(),
    ) as [Gate, { gate: Gate }];
    assert.equal(copy[0], gate);
    assert.equal(copy[1].gate, gate);
  });

  it("are told when the message that counted them is refused after all", () => {
    let counted = 0;
    class Counted {
      readonly id = 1;
    }
    registerHandle<Counted, number>("test.Counted", {
      is: (value): value is Counted => value instanceof Counted,
      toHandle(object, context) {
        counted++;
        context.onRefusal(() => counted--);
        return object.id;
      },
      fromHandle: () => new Counted(),
    });
    const encoder = new Encoder({ destination: "process" });
    assert.throws(() => encoder.encode([new Counted(), Symbol("no")]), PicklingError);
    assert.equal(counted, 0);
    encoder.encode([new Counted()]);
    assert.equal(counted, 1);
  });

  it("are refused where their type says so, with the path", () => {
    const encoder = new Encoder({ destination: "process" });
    assert.throws(
      () => encoder.encode({ gate: known.get(7) }, "config"),
      (error) =>
        error instanceof PicklingError &&
        error.path === "config → .gate" &&
        /use multiprocessing\.Gate/.test(error.message),
    );
  });
});

describe("a Proxy", { timeout }, () => {
  it("crosses when a type of handle knows it", () => {
    const known = new WeakSet<object>();
    const proxies = new Map([[1, new Proxy({}, { getPrototypeOf: () => Object.prototype })]]);
    known.add(proxies.get(1)!);
    registerHandle<object, number>("test.Proxy", {
      is: (value): value is object => known.has(value),
      toHandle: () => 1,
      fromHandle: (id) => proxies.get(id)!,
    });
    const encoder = new Encoder({ destination: "process" });
    const decoder = new Decoder({ destination: "process" });
    const copy = decoder.decode(encoder.encode([{}, proxies.get(1)]).slice()) as object[];
    assert.equal(copy[1], proxies.get(1));
    assert.throws(() => encoder.encode(new Proxy({}, {})), PicklingError);
  });
});

describe("encoders and decoders", { timeout }, () => {
  it("can be used again from within a hook that they run", () => {
    const encoder = new Encoder({ destination: "thread" });
    const decoder = new Decoder({ destination: "thread" });
    class Nested {
      readonly id: number;
      constructor(id: number) {
        this.id = id;
      }
    }
    registerHandle<Nested, Uint8Array>("test.Nested", {
      is: (value): value is Nested => value instanceof Nested,
      toHandle: ({ id }) => encoder.encode({ id }).slice(),
      fromHandle: (bytes) => new Nested((decoder.decode(bytes) as { id: number }).id),
    });
    const sent = [{ a: 1 }, new Nested(5), { a: 2 }];
    assert.deepEqual(decoder.decode(encoder.encode(sent).slice()), sent);
  });
});

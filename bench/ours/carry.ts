/** Our codec, and what carrying functions costs. */
import { createDecoder, createEncoder } from "#internal/carry/index.js";
import type { Measure } from "../harness.js";
import { measuresOf } from "../messages.js";

const encoder = createEncoder({ destination: "process" });
const decoder = createDecoder({ destination: "process" });
const ring = Buffer.alloc(1 << 20);

export const { message, number, text, list, result, wide, records, numbers, manyNumbers, words } =
  measuresOf(() => (value) => decoder.decode(ring, 0, encoder.encodeInto(value, ring)));

/** Captures data; being nested, it cannot be imported, and goes by value. */
function makeClosure(): (key: string, x: number) => number {
  const rates = new Map([["a", { rate: 0.25, steps: [1, 2, 3] }]]);
  const offset = 3;
  return (key, x) => rates.get(key)!.rate * x + offset;
}
const closure = makeClosure();
const makePure =
  () =>
  (x: number): number =>
    x * 2 + Math.abs(x);
const pure = makePure();

function microseconds(count: number, work: () => unknown): number {
  const times: number[] = [];
  for (let i = 0; i < count; i++) {
    const start = performance.now();
    work();
    times.push((performance.now() - start) * 1000);
  }
  return times.sort((a, b) => a - b)[count >> 1]!;
}

export const firstCapture: Measure = () => {
  const start = performance.now();
  encoder.encode(closure);
  return (performance.now() - start) * 1000;
};

export const closureAgain: Measure = (effort) =>
  microseconds(Math.ceil(2000 * effort), () => encoder.encode(closure));

export const pureAgain: Measure = (effort) =>
  microseconds(Math.ceil(20_000 * effort), () => encoder.encode(pure));

/** Decoding in a receiver that is not the sender: the ids in the bytes are made strange. */
export const decodeClosure: Measure = (effort) => {
  const bytes = encoder.encode(closure).slice();
  const text = Buffer.from(bytes).toString("latin1");
  const [id] = /[\w-]{16}:\d+/.exec(text)!;
  const strange = Buffer.from(text.replaceAll(id.slice(0, 16), "x".repeat(16)), "latin1");
  return microseconds(Math.ceil(5000 * effort), () => decoder.decode(strange));
};

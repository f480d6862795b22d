/** Messages of several shapes, and the timing of a coder on them, the same for all contenders. */
import type { Measure } from "./harness.js";

/** Codes a value to bytes (or whatever the contender has) and back. */
export type RoundTrip = (value: unknown) => unknown;

const record = (i: number): object => ({
  id: i,
  name: `record ${i}`,
  ratio: i / 7,
  tags: ["a", "b"],
  ok: i % 2 === 0,
});
const records = Array.from({ length: 100 }, (_, i) => record(i));
const numbers = Array.from({ length: 1000 }, (_, i) => i * 7);
const manyNumbers = Array.from({ length: 100_000 }, (_, i) => i * 7);
const words = Array.from({ length: 1000 }, (_, i) => `word ${i}`);

const shapes = {
  message: (i: number) => ({ id: i, name: "task", args: [i, i + 1] }),
  number: (i: number) => i / 2,
  text: (i: number) => `text ${i % 100}`,
  list: (i: number) => [i, i + 1, i + 2],
  result: (i: number) => ({ id: i, ok: true, value: { sum: i / 3, items: ["x", "y"], at: null } }),
  wide: (i: number) => ({ id: i, text: "并发编程，多核并行" }),
  records: () => records,
  numbers: () => numbers,
  manyNumbers: () => manyNumbers,
  words: () => words,
} as const;

export type ShapeName = keyof typeof shapes;

const REPETITIONS: Record<string, number> = {
  records: 1500,
  numbers: 4000,
  manyNumbers: 200,
  words: 2000,
};
const BATCHES = 15;

/** Nanoseconds for one value there and back: the median of some batches. */
function timed(load: () => RoundTrip | Promise<RoundTrip>, shape: ShapeName): Measure {
  return async (effort) => {
    const roundTrip = await load();
    const make: (i: number) => unknown = shapes[shape];
    const count = Math.ceil(((REPETITIONS[shape] ?? 150_000) * effort) / BATCHES) + 10;
    const batches: number[] = [];
    for (let batch = -3; batch < BATCHES; batch++) {
      const start = performance.now();
      for (let i = 0; i < count; i++) roundTrip(make(i));
      if (batch >= 0) batches.push(((performance.now() - start) * 1e6) / count);
    }
    return batches.sort((a, b) => a - b)[BATCHES >> 1]!;
  };
}

/** A measure for each shape; `load` gives the coder. */
export function measuresOf(load: () => RoundTrip | Promise<RoundTrip>): Record<ShapeName, Measure> {
  const names = Object.keys(shapes) as ShapeName[];
  return Object.fromEntries(names.map((name) => [name, timed(load, name)])) as Record<
    ShapeName,
    Measure
  >;
}

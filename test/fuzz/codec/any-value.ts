/** Arbitrary graphs: every type that the codec keeps, shared and cyclic references included. */
import * as fc from "fast-check";

const strings = fc.oneof(
  fc.string(),
  fc.string({ unit: "binary" }),
  fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
  fc.string({ minLength: 60, maxLength: 200 }),
  fc.constantFrom("__proto__", "constructor", "toString", "length", "0", "-1", "then"),
);

const symbols = fc.oneof(
  strings.map((key) => Symbol.for(key)),
  fc.constantFrom(Symbol.iterator, Symbol.toPrimitive),
);

const numbers = fc.oneof(
  fc.integer(),
  fc.double(),
  fc.constantFrom(-0, 0, NaN, Infinity, -Infinity, 127, 128, -128, -129, 2 ** 31, -(2 ** 31)),
);

const primitives = fc.oneof(
  numbers,
  strings,
  symbols,
  fc.bigInt(),
  fc.boolean(),
  fc.constantFrom(null, undefined),
);

const bytes = fc.uint8Array({ maxLength: 300 });

const leaves: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 6, arbitrary: primitives },
  fc.date({ noInvalidDate: false }),
  fc
    .tuple(fc.constantFrom("a", "[b]+", "(?<x>y)", "/"), fc.constantFrom("", "gi", "su"))
    .map(([source, flags]) => {
      const made = new RegExp(source, flags);
      made.lastIndex = source.length;
      return made;
    }),
  bytes,
  bytes.map((array) => Buffer.from(array)),
  bytes.map((array) => array.buffer),
  bytes.filter((array) => array.length > 3).map((array) => new DataView(array.buffer, 1, 2)),
  fc.float64Array({ maxLength: 200 }),
  fc.bigInt64Array({ maxLength: 20 }),
  fc.oneof(numbers, strings, fc.boolean(), symbols).map((value) => Object(value) as object),
  fc.webUrl().map((url) => new URL(url)),
);

/** Arrays of one kind of item, mostly, long enough to be written as a run. */
const runs: fc.Arbitrary<readonly unknown[]> = fc
  .tuple(
    fc.constantFrom<fc.Arbitrary<unknown>>(
      fc.integer({ min: -128, max: 127 }),
      fc.integer(),
      numbers,
      fc.boolean(),
      strings,
      fc.string({ maxLength: 15 }),
    ),
    fc.integer({ min: 8, max: 700 }),
    fc.option(fc.tuple(fc.nat(700), primitives)),
  )
  .chain(([items, length, intruder]) =>
    fc.array(items, { minLength: Math.min(length, 40), maxLength: length }).map((run) => {
      if (intruder !== null && intruder[0] < run.length) run[intruder[0]] = intruder[1];
      return run;
    }),
  );

type Change = (value: object, other: unknown) => object;

const changes: readonly Change[] = [
  (value) => value,
  (value) => value,
  (value) => (ArrayBuffer.isView(value) ? value : Object.freeze(value)),
  (value) => (ArrayBuffer.isView(value) ? value : Object.seal(value)),
  (value) => Object.preventExtensions(value),
  (value, other) => Object.assign(value, { [Symbol.for("extra")]: other }),
  (value, other) => Object.defineProperty(value, "hidden", { value: other, writable: true }),
  (value, other) => Object.defineProperty(value, "fixed", { value: other, enumerable: true }),
];

const errors = [Error, TypeError, RangeError, SyntaxError] as const;

/** Makes an object of one of the container types from the parts. */
function contain(recipe: Recipe, parts: readonly unknown[]): object {
  const { form, keys, run } = recipe;
  const pairs = parts.map((part, i) => [keys[i] ?? `k${i}`, part] as const);
  switch (form) {
    case 0:
      return [...parts];
    case 1:
      return new Map(parts.map((part, i) => [i % 2 === 0 ? part : keys[i], part]));
    case 2:
      return new Set(parts);
    case 3: {
      const holey: unknown[] = [];
      for (const [i, part] of parts.entries()) holey[i * i * (i % 3 === 2 ? 100 : 1)] = part;
      return holey;
    }
    case 4: {
      const error = new errors[parts.length % errors.length]!(keys[0] ?? "m", { cause: parts[0] });
      return Object.assign(error, { code: parts[1] });
    }
    case 5:
      return new AggregateError(parts, keys[0]);
    case 6:
      return Object.assign(Object.create(null) as object, Object.fromEntries(pairs));
    case 7:
      return [...run];
    case 8: {
      const holey = [...run];
      if (keys.length > 0) Reflect.deleteProperty(holey, keys[0]!.length);
      return holey;
    }
    default:
      return Object.fromEntries(pairs);
  }
}

interface Recipe {
  readonly form: number;
  readonly run: readonly unknown[];
  readonly keys: readonly string[];
  readonly links: readonly number[];
  readonly change: number;
}

const recipe: fc.Arbitrary<Recipe> = fc.record({
  form: fc.nat(14),
  run: runs,
  keys: fc.array(strings, { maxLength: 6 }),
  links: fc.array(fc.nat(1000), { maxLength: 6 }),
  change: fc.nat(changes.length + 3),
});

/**
 * A graph is made from leaves and recipes: each container takes its parts from anything made before
 * it, so parts are shared; then some containers are linked back to the last, so there are cycles.
 */
export const anyValue: fc.Arbitrary<unknown> = fc
  .tuple(
    fc.array(leaves, { minLength: 1, maxLength: 12 }),
    fc.array(recipe, { maxLength: 25 }),
    fc.boolean(),
  )
  .map(([made, recipes, cyclic]) => {
    const pool = [...made];
    const open: unknown[][] = [];
    for (const one of recipes) {
      const { form, links, change } = one;
      const parts = links.map((link) => pool[pool.length - 1 - (link % Math.min(pool.length, 8))]);
      const value = contain(one, parts);
      if (form === 0) open.push(value as unknown[]);
      pool.push(change === 0 ? value : (changes[change] ?? changes[0]!)(value, parts[0]));
    }
    const last = pool.at(-1);
    if (cyclic) for (const array of open) if (Object.isExtensible(array)) array.push(last);
    return last;
  });

/** Functions of contexts of `node:vm`, in which test runners run programs. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { createContext, runInContext } from "node:vm";
import { ThreadPool } from "manyhands/multiprocessing";

const limit = { timeout: 60_000 };
const context = createContext({ notSent: new Map() });
const made = (text: string): ((...args: unknown[]) => unknown) =>
  runInContext(`(${text})`, context) as never;
const pool = new ThreadPool(1);
after(() => pool.terminate());

const KINDS: Readonly<Record<string, string>> = {
  "an arrow": "(n) => n * 2",
  "a function": "function twice(n) { return n * 2; }",
  "an async function": "async (n) => n * 2",
  "a closure": "((by) => (n) => n * by)(2)",
  "one that makes instances": `((Twice) => (n) => new Twice(n).n)(
    function (n) { this.n = n * 2; })`,
  "one with a generator": `((each) => (n) => [...each(n)][1])(
    function* (n) { yield n; yield n * 2; })`,
  "one with an async generator": `((each) => async (n) => {
    for await (const one of each(n)) return one;
  })(async function* (n) { yield n * 2; })`,
  "one with a class":
    "((Twice) => (n) => new Twice(n).n)(class { constructor(n) { this.n = n * 2; } })",
  "one with a class of its Array": `((List) => (n) => List.of(n, n * 2).at(-1))(
    class extends Array {})`,
  "one with a class of nothing": `((Empty) => (n) => Empty.twice(n))(
    class extends null { static twice(n) { return n * 2; } })`,
  "one with a built-in function": "((max) => (n) => max(n, n * 2))(Math.max)",
  "a bound function": "((by, n) => n * by).bind(null, 2)",
};

for (const [name, text] of Object.entries(KINDS)) {
  test(`${name} crosses`, limit, async () => {
    assert.equal(await pool.apply(made(text), [21]), 42);
  });
}

test("built-in functions go by name and are those of the receiver", limit, async () => {
  assert.equal(await pool.apply(made("Math.max"), [1, 3]), 3);
  const same = (list: unknown[], sliced: unknown) =>
    list[0] === RangeError &&
    sliced === Array.prototype.slice &&
    list[1] === Object.getPrototypeOf(Int8Array);
  const given = [made("RangeError"), made("Object.getPrototypeOf(Int8Array)")];
  assert.equal(await pool.apply(same, [given, made("Array.prototype.slice")]), true);
});

test("its errors arrive as instances of their classes", limit, async () => {
  const Own = made("class Own extends TypeError {}") as unknown as new (text: string) => Error;
  const task = (error: Error) => [error instanceof TypeError, error.constructor.name];
  assert.deepEqual(await pool.apply(task, [new Own("one")]), [true, "Own"]);
  await assert.rejects(pool.apply(made("(Own) => { throw new Own('two'); }"), [Own]), Own);
});

test("globals of the context alone are not there", limit, async () => {
  const missing = { name: "ReferenceError", message: "notSent is not defined" };
  await assert.rejects(pool.apply(made("() => notSent.size")), missing);
});

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { threadId } from "node:worker_threads";
import { MOST_STEPS, steps } from "./support/steps.js";
import { packageRoot } from "../support/package-root.js";
import { runScript } from "../support/run-program.js";
import {
  createConstantFunctions,
  createDecoder,
  createEncoder,
  type ConstantFunction,
  type ConstantFunctions,
} from "#internal/carry/index.js";

const STEPS = 7;
const FACTOR = 3;
const LABEL = "three";
const settings = { factor: 3 };
let counter = 0;
const makers = ((settled: number, rest: number[]) => [() => settled, () => rest])(5, [1]);
const helper = (x: number): number => x * FACTOR;
const unsteady = (x: number): number => x + counter;
function fibonacci(n: number): number {
  return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
}
class Shape {
  area(): number {
    return FACTOR;
  }
}
class Square extends Shape {}

function formOf(fn: Function): ConstantFunction | undefined {
  const functions = createConstantFunctions({ destination: "process" });
  assert.equal(functions.of(fn), undefined, "most are sent once");
  const form = soon(functions, fn);
  assert.equal(functions.of(fn), form);
  return form;
}

/** The form after the function was sent so often that reading its file pays. */
function soon(functions: ConstantFunctions, fn: Function): ConstantFunction | undefined {
  const encoder = createEncoder({ destination: "process" });
  for (let times = 0; times < 100; times++) {
    const form = functions.of(fn);
    if (form !== undefined) return form;
    try {
      encoder.encode(fn);
    } catch {
      // Constant functions have nothing to say about what cannot cross.
    }
  }
  return undefined;
}

const decode = (form: ConstantFunction): unknown =>
  createDecoder({ destination: "process" }).decode(form.bytes);

const nested = (offset: number): ((x: number) => number) => {
  return (x) => x + offset;
};

test("globals are no captured variables, whatever else their names stand for", () => {
  assert.ok(formOf(() => process.pid));
  assert.ok(formOf(() => performance.now() + Buffer.byteLength("")));
  const random = formOf(() => crypto.randomUUID());
  assert.match((decode(random!) as () => string)(), /^[0-9a-f-]{36}$/);
});

test("a function that captures nothing, a builtin and an import are constant", () => {
  assert.ok(formOf((x: number) => x + 1));
  assert.ok(formOf(Math.max));
  assert.ok(formOf(readFileSync));
  assert.ok(formOf(() => readFileSync("/", "utf8")));
  assert.ok(formOf(runScript));
});

test("primitives in variables that are never assigned again are constant", () => {
  assert.ok(formOf((x: number) => x * FACTOR + LABEL.length));
  assert.ok(formOf(nested(4)));
  assert.ok(formOf(makers[0]!));
});

test("a constant of the top level is one, whatever variables of its name there are inside", () => {
  const loops = (): number => {
    let sum = 0;
    for (let STEPS = 0; STEPS < 2; STEPS++) sum += STEPS;
    return sum;
  };
  assert.equal(loops(), 1);
  assert.ok(formOf((x: number) => x + STEPS));
});

test("an imported primitive is constant where its module says so", () => {
  assert.ok(formOf(() => MOST_STEPS));
  assert.equal(
    formOf(() => steps),
    undefined,
  );
  // Of Node's modules the receiver asks anew.
  const form = formOf(() => threadId);
  assert.equal((decode(form!) as () => number)(), threadId);
});

test("functions and classes of which the same holds are constant", () => {
  assert.ok(formOf((x: number) => helper(x) + 1));
  assert.ok(formOf((n: number) => fibonacci(n)));
  assert.ok(formOf(fibonacci));
  assert.ok(formOf(() => new Square().area()));
});

test("what may change is not constant", () => {
  assert.equal(
    formOf(() => counter),
    undefined,
  );
  assert.equal(
    formOf((x: number) => unsteady(x)),
    undefined,
  );
  assert.equal(
    formOf(() => settings.factor),
    undefined,
  );
  assert.equal(formOf(fibonacci.bind(null, 3)), undefined);
  assert.equal(formOf(Object.assign(() => 1, { field: [1] })), undefined);
  counter++;
});

test("what cannot cross is left to the message that it is sent with", () => {
  const socket = new WeakMap();
  assert.equal(
    formOf(() => socket),
    undefined,
  );
});

test("a constant function decodes to one that does the same", () => {
  const fn = (x: number): string => `${helper(x)} ${LABEL} ${basename("/a/b")}`;
  const form = formOf(fn)!;
  const text = Buffer.from(form.bytes).toString("latin1");
  // Under the ids of another thread, or it would come home as itself.
  const strange = text.replaceAll(/[\w-]{16}(?=:\d)/g, "x".repeat(16));
  const there = createDecoder({ destination: "process" });
  const copy = there.decode(Buffer.from(strange, "latin1")) as typeof fn;
  assert.notEqual(copy, fn);
  assert.equal(copy(2), "6 three b");
  assert.equal(decode(form), fn);
});

test("a property that is assigned later ends it", () => {
  const functions = createConstantFunctions({ destination: "process" });
  const memo: ((x: number) => number) & { last?: number } = (x: number) => x;
  const outer = (x: number): number => memo(x) + 1;
  assert.ok(soon(functions, outer));
  assert.ok(soon(functions, memo));
  memo.last = 3;
  assert.equal(functions.of(outer), undefined);
  assert.equal(functions.of(memo), undefined);
});

test("numbers are used again, and then stand for another form", () => {
  const functions = createConstantFunctions({ destination: "process", slots: 2 });
  const three = [() => 1, () => 2, () => 3] as const;
  for (const fn of three) functions.of(fn);
  const forms = three.map((fn) => functions.of(fn)!);
  assert.deepEqual(
    forms.map((form) => form.number),
    [0, 1, 0],
  );
  const again = functions.of(three[0])!;
  assert.notEqual(again, forms[0]);
  assert.deepEqual(again.bytes, forms[0]!.bytes);
  assert.equal(again.number, 1);
});

test("a file that was written after the program started proves nothing", async () => {
  const folder = mkdtempSync(join(packageRoot, "build", "constant-"));
  try {
    const file = join(folder, "made.mjs");
    writeFileSync(file, "const K = 3;\nexport const make = () => (x) => x + K;\n");
    const { make } = (await import(pathToFileURL(file).href)) as { make: () => Function };
    assert.equal(formOf(make()), undefined);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

/** As another thread would have sent it: under ids that are not ours. */
const strange = (bytes: Uint8Array, thread: string): Buffer =>
  Buffer.from(
    Buffer.from(bytes)
      .toString("latin1")
      .replaceAll(/[\w-]{16}(?=:\d)/g, thread.repeat(16)),
    "latin1",
  );

test("what came from elsewhere is sent on with what the last message brought", () => {
  const encoder = createEncoder({ destination: "process" });
  const decoder = createDecoder({ destination: "process" });
  const read = (): number => settings.factor;
  const make = (): (() => number) => () => settings.factor;
  for (let factor = 0; factor < 5; factor++) {
    settings.factor = factor;
    const there = decoder.decode(strange(encoder.encode([read, make]), "v")) as [
      typeof read,
      typeof make,
    ];
    const sent = [there[0], there[1]()];
    for (const fn of sent) {
      for (let again = 0; again < 40; again++) encoder.encode(fn);
      const further = decoder.decode(strange(encoder.encode(fn), "w")) as typeof read;
      assert.equal(further(), factor);
    }
  }
});

test("what a captured object holds is coded anew each time, whoever holds the object", () => {
  const encoder = createEncoder({ destination: "process" });
  const decoder = createDecoder({ destination: "process" });
  const held = { count: 0 };
  let replaced = held;
  const fixed = (): number => held.count;
  const loose = (): number => replaced.count;
  for (let count = 0; count < 50; count++) {
    held.count = count;
    replaced = { count: count * 10 };
    const [a, b] = [fixed, loose].map((fn) => decoder.decode(strange(encoder.encode(fn), "y")));
    assert.deepEqual([(a as typeof fixed)(), (b as typeof loose)()], [count, count * 10]);
  }
});

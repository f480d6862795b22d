/** Options that no process can be started with are refused where they are given. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { NotFoundError } from "manyhands/errors";
import {
  getAllStartMethods,
  getStartMethod,
  Process,
  type ProcessOptions,
  setStartMethod,
} from "manyhands/multiprocessing";
import { Thread } from "manyhands/threading";
import { runSource } from "../support/run-program.js";

const LIMIT = { timeout: 60_000 };
const methods = [undefined, "spawn", "forkserver", "fork"] as const;
const make = (options: object) => new Process({ target: () => 1, ...options } as ProcessOptions);

/** What is wrong, and what the message names. */
const wrongTypes: [options: object, message: RegExp][] = [
  [{ stdio: 5 }, /stdio must be one of "inherit", "ignore", "pipe", or an array/],
  [{ stdio: "nope" }, /stdio must be one of/],
  [{ stdio: null }, /stdio must be one of/],
  [{ stdio: ["ignore", "inherit"] }, /stdio must have three choices/],
  [{ stdio: ["ignore", "inherit", "inherit", "pipe"] }, /three choices/],
  [{ stdio: ["ignore", "inherit", "nope"] }, /or a descriptor/],
  [{ stdio: ["ignore", "inherit", -1] }, /or a descriptor/],
  [{ stdio: Array(3) }, /or a descriptor/],
  [{ env: "x" }, /env must be an object/],
  [{ env: null }, /env must be an object/],
  [{ env: ["A=1"] }, /env must be an object/],
  [{ env: new Map(Object.entries(process.env)) }, /env must be an object/],
  [{ env: { ...process.env, PORT: 80 } }, /env must have strings .*"PORT" is number/],
  [{ env: { NOTHING: null } }, /"NOTHING" is null/],
  [{ env: { CUT: "a\0b" } }, /"CUT" is one with NULs/],
  [{ execArgv: "--x" }, /execArgv must be an array of options/],
  [{ execArgv: [5] }, /execArgv must be an array of options/],
  [{ importMain: "x" }, /importMain must be true or false/],
  [{ cwd: 5 }, /cwd must be a string/],
  [{ cwd: "/\0" }, /cwd must be a string/],
  [{ affinity: 0 }, /affinity must be an array of numbers/],
  [{ affinity: ["0"] }, /affinity must be an array of numbers/],
];

test("what has a wrong type is refused by the constructor", LIMIT, () => {
  for (const startMethod of methods) {
    for (const [options, message] of wrongTypes) {
      assert.throws(() => make({ startMethod, ...options }), { name: "TypeError", message });
    }
  }
  assert.throws(() => new Process([] as never), TypeError);
});

test("start methods are chosen with options", LIMIT, () => {
  for (const options of [5, null, true, [true]]) {
    assert.throws(() => setStartMethod("spawn", options as never), { name: "TypeError" });
    assert.throws(() => getStartMethod(options as never), { name: "TypeError" });
  }
  for (const flag of [1, "yes", null]) {
    const wrong = { force: flag, importMain: flag, allowNone: flag } as never;
    assert.throws(() => setStartMethod("spawn", wrong), /force must be true or false/);
    const importMain = { importMain: flag } as never;
    assert.throws(() => setStartMethod("spawn", importMain), /importMain must be true or false/);
    assert.throws(() => getStartMethod(wrong), /allowNone must be true or false/);
  }
  assert.equal(getStartMethod({ allowNone: true }), null);
});

test("processors that are not there are refused by the constructor", LIMIT, () => {
  for (const affinity of [[], [-1], [0.5], [0, 100_000]]) {
    for (const startMethod of methods) {
      assert.throws(() => make({ startMethod, affinity }), RangeError);
    }
    assert.throws(() => new Thread({ target: () => 1, affinity }), RangeError);
  }
});

test("what is known only at the start is refused by start", LIMIT, async () => {
  for (const startMethod of [undefined, ...getAllStartMethods()]) {
    const elsewhere = make({ startMethod, cwd: "/nowhere/at/all" });
    await assert.rejects(elsewhere.start(), (error) => {
      assert.ok(error instanceof NotFoundError);
      assert.match(error.message, /no directory \/nowhere\/at\/all/);
      return true;
    });
    const closed = make({ startMethod, stdio: ["ignore", "inherit", 100_000] });
    await assert.rejects(closed.start(), { name: "RangeError", message: /100000.*not open/ });
  }
});

test("what can be had is taken by every method", LIMIT, async () => {
  const env = { ...process.env, GIVEN: "here", ABSENT: undefined };
  for (const startMethod of ["spawn", "forkserver"] as const) {
    const child = await new Process({
      startMethod,
      target: () => [process.env["GIVEN"], "ABSENT" in process.env, process.cwd()],
      env,
      cwd: "/",
      stdio: ["ignore", 1, 2],
      importMain: false,
      affinity: [0],
    }).start();
    assert.deepEqual(await child.result(), ["here", false, "/"]);
    await child.join();
  }
});

test("a directory is found from where the program is", LIMIT, async () => {
  const source = `
    import { Process } from "manyhands/multiprocessing";
    const target = () => process.cwd();
    const run = async (startMethod, cwd) => {
      const child = await new Process({ startMethod, target, cwd }).start();
      console.log(await child.result());
      await child.join();
    };
    await run("forkserver");
    process.chdir("/");
    for (const startMethod of ["forkserver", "spawn"]) await run(startMethod, "proc");
  `;
  const { stdout, stderr } = await runSource(source);
  assert.deepEqual(stdout.split("\n").slice(1), ["/proc", "/proc", ""], stderr);
});

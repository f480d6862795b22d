import assert from "node:assert/strict";
import { test } from "node:test";
import { CalledProcessError, TimeoutExpired } from "manyhands/errors";
import {
  call,
  callSync,
  checkCall,
  checkCallSync,
  checkOutput,
  checkOutputSync,
  getOutput,
  getOutputSync,
  getStatusOutput,
  getStatusOutputSync,
  list2cmdline,
  PIPE,
  Popen,
  STDOUT,
} from "manyhands/subprocess";
import { expectNoLeftovers } from "../support/leftovers.js";

await expectNoLeftovers();

const limit = { timeout: 60_000 };

test("call, checkCall and checkOutput give one part of the answer", limit, async () => {
  assert.equal(await call(["sh", "-c", "exit 7"]), 7);
  assert.equal(await checkCall(["true"]), 0);
  await assert.rejects(checkCall(["false"]), CalledProcessError);
  const text: string = await checkOutput(["cat"], { input: "hello", text: true });
  assert.equal(text, "hello");
  const merged: Buffer = await checkOutput(["sh", "-c", "echo e >&2"], { stderr: STDOUT });
  assert.equal(String(merged), "e\n");
  assert.equal(String(await checkOutput(["cat"], { input: null })), "");
  await assert.rejects(checkOutput(["ls"], { stdout: PIPE } as never), RangeError);
  await assert.rejects(call(["sleep", "60"], { timeoutMs: 5 }), TimeoutExpired);
});

test("getOutput and getStatusOutput merge the streams and drop one newline", limit, async () => {
  assert.equal(await getOutput("echo a; echo b >&2; echo"), "a\nb\n");
  assert.deepEqual(await getStatusOutput("printf x; exit 5"), [5, "x"]);
  assert.deepEqual(await getStatusOutput("kill -15 $$"), [-15, ""]);
});

test("list2cmdline quotes as Microsoft's C runtime expects", limit, () => {
  const cases: [string[], string][] = [
    [["a b c", "d", "e"], '"a b c" d e'],
    [['ab"c', "\\", "d"], 'ab\\"c \\ d'],
    [['ab"c', " \\", "d"], 'ab\\"c " \\\\" d'],
    [["a\\\\\\b", "de fg", "h"], 'a\\\\\\b "de fg" h'],
    [['a\\"b', "c", "d"], 'a\\\\\\"b c d'],
    [["a\\\\b c", "d", "e"], '"a\\\\b c" d e'],
    [["ab", ""], 'ab ""'],
  ];
  for (const [args, line] of cases) assert.equal(list2cmdline(args), line);
});

test("each of them has a form that blocks", limit, () => {
  assert.equal(callSync(["sh", "-c", "exit 7"]), 7);
  assert.equal(checkCallSync(["true"]), 0);
  assert.throws(() => checkCallSync(["false"]), CalledProcessError);
  const text: string = checkOutputSync(["cat"], { input: "hello", encoding: "utf-8" });
  assert.equal(text, "hello");
  const bytes: Buffer = checkOutputSync(["cat"], { input: null });
  assert.equal(bytes.length, 0);
  assert.equal(getOutputSync("echo a; echo b >&2; echo"), "a\nb\n");
  assert.deepEqual(getStatusOutputSync("printf x; exit 5"), [5, "x"]);
  assert.throws(() => callSync(["sleep", "60"], { timeoutMs: 5 }), TimeoutExpired);
});

test("options that are undefined count as absent, others are refused in words", limit, async () => {
  const absent = { signal: undefined, graceMs: undefined, stdout: undefined, text: true } as const;
  assert.equal(checkOutputSync(["echo", "out"], absent as { text: true }), "out\n");
  assert.equal(await checkOutput(["echo", "out"], absent as { text: true }), "out\n");
  assert.throws(() => list2cmdline(null as never), /takes an array of strings/);
  assert.throws(() => list2cmdline([1] as never), /takes an array of strings/);
  await assert.rejects(call(["true"], { cwd: "a\0b" }), RangeError);
  assert.throws(() => new Popen(["true"], { check: 3 } as never), TypeError);
});

test("what are no options are refused by all of them", limit, async () => {
  for (const options of [null, 5, "text", [], { encoding: null }] as never[]) {
    await assert.rejects(call(["true"], options), TypeError);
    await assert.rejects(checkCall(["true"], options), TypeError);
    await assert.rejects(checkOutput(["true"], options), TypeError);
    await assert.rejects(getOutput("true", options), TypeError);
    await assert.rejects(getStatusOutput("true", options), TypeError);
    assert.throws(() => callSync(["true"], options), TypeError);
    assert.throws(() => checkCallSync(["true"], options), TypeError);
    assert.throws(() => checkOutputSync(["true"], options), TypeError);
    assert.throws(() => getOutputSync("true", options), TypeError);
    assert.throws(() => getStatusOutputSync("true", options), TypeError);
  }
});

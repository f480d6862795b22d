import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { inspect } from "node:util";
import {
  NotFoundError,
  StateError,
  SubprocessError,
  TimeoutError,
  TimeoutExpired,
} from "manyhands/errors";
import { DEVNULL, PIPE, Popen, STDOUT } from "manyhands/subprocess";
import { expectNoLeftovers } from "../support/leftovers.js";
import { runSource } from "../support/run-program.js";

await expectNoLeftovers();

const limit = { timeout: 60_000 };
const withoutNative = process.env["MANYHANDS_PLATFORM"] === "none" && "needs native code";
const native = { ...limit, skip: withoutNative };

test("a Popen talks through its streams", limit, async () => {
  await using cat = new Popen(["cat"], { stdin: PIPE, stdout: PIPE, text: true });
  cat.stdin.write("one\r\n");
  const [line] = (await once(createInterface({ input: cat.stdout }), "line")) as [string];
  assert.equal(line, "one");
  cat.stdin.end();
  assert.equal(await cat.wait(), 0);
});

test("text streams give whole characters and translated line ends", limit, async () => {
  const script = "printf '\\303'; sleep 0.05; printf '\\251\\r'; sleep 0.05; printf '\\nx'";
  const program = new Popen(["sh", "-c", script], { stdout: PIPE, text: true });
  const chunks: unknown[] = [];
  for await (const chunk of program.stdout) chunks.push(chunk);
  assert.ok(chunks.every((chunk) => typeof chunk === "string"));
  assert.equal(chunks.join(""), "é\nx");
});

test("the constructor names a missing program, and starts nothing for bad options", limit, () => {
  assert.throws(() => new Popen(["no-such-program-here"]), NotFoundError);
  assert.throws(() => new Popen(["ls"], { cwd: "/no/such" }), NotFoundError);
  assert.throws(() => new Popen(["ls"], { stdout: STDOUT as never }), RangeError);
  assert.throws(() => new Popen(["ls"], { check: true } as never), TypeError);
  assert.throws(() => new Popen(["ls"], { signal: AbortSignal.abort(new Error("no")) }), /no/);
});

test("signals give negative return codes and are no-ops after the end", limit, async () => {
  for (const [send, code] of [
    [(p: Popen) => p.terminate(), -15],
    [(p: Popen) => p.kill(), -9],
    [(p: Popen) => p.sendSignal("SIGINT"), -2],
    [(p: Popen) => p.sendSignal(10), -10],
  ] as const) {
    const sleeper = new Popen(["sleep", "60"]);
    assert.equal(sleeper.returnCode, null);
    send(sleeper);
    assert.equal(await sleeper.wait(), code);
    assert.equal(sleeper.returnCode, code);
    send(sleeper);
    sleeper.kill();
  }
  const ended = new Popen(["true"]);
  await ended.wait();
  assert.throws(() => ended.sendSignal("SIGNONE"), RangeError);
});

test("many wait at once; a timeout leaves the program running", limit, async () => {
  const sleeper = new Popen(["sleep", "60"]);
  await assert.rejects(sleeper.wait({ timeoutMs: 5 }), (error) => {
    assert.ok(error instanceof TimeoutExpired && error instanceof TimeoutError);
    assert.equal(error.timeoutMs, 5);
    assert.match(error.message, /'sleep 60' timed out after 5 ms/);
    return true;
  });
  await assert.rejects(sleeper.wait({ timeoutMs: 0 }), TimeoutExpired);
  await assert.rejects(sleeper.wait({ timeoutMs: -1 }), RangeError);
  await assert.rejects(sleeper.wait({ signal: AbortSignal.timeout(5) }), { name: "TimeoutError" });
  assert.equal(sleeper.poll(), null);
  const waiters = Array.from({ length: 50 }, () => sleeper.wait());
  sleeper.kill();
  assert.deepEqual(await Promise.all(waiters), Array<number>(50).fill(-9));
});

test("communicate may be called again after a timeout and loses nothing", limit, async () => {
  const folder = mkdtempSync(join(tmpdir(), "manyhands-popen-"));
  const goOn = join(folder, "go-on");
  const input = Buffer.alloc(3_000_000, "abcdefghi\n");
  const script = 'printf early; while [ ! -e "$0" ]; do sleep 0.02; done; cat';
  const program = new Popen(["sh", "-c", script, goOn], { stdin: PIPE, stdout: PIPE });
  let sofar = await soFar(program.communicate({ input, timeoutMs: 60 }));
  while (sofar === "") sofar = await soFar(program.communicate({ timeoutMs: 60 }));
  assert.equal(sofar, "early");
  await assert.rejects(program.communicate({ input: "more" }), StateError);
  writeFileSync(goOn, "");
  const [out, err] = await program.communicate();
  rmSync(folder, { recursive: true });
  assert.equal(out.length, input.length + 5);
  assert.ok(out.subarray(5).equals(input));
  assert.equal(err, null);
  assert.deepEqual(await program.communicate(), [out, null]);
  assert.equal(program.returnCode, 0);
});

/** What a wait that runs out tells of the output. */
async function soFar(waiting: Promise<unknown>): Promise<string> {
  const error = await waiting.then(
    () => assert.fail("it did not run out"),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof TimeoutExpired);
  return String(error.stdout);
}

test("communicate gives what was written before anyone asked", limit, async () => {
  const program = new Popen(["sh", "-c", "echo out; echo err >&2"], {
    captureOutput: true,
    text: true,
  });
  assert.equal(await program.wait(), 0);
  assert.deepEqual(await program.communicate(), ["out\n", "err\n"]);
  const read = new Popen(["echo", "later"], { stdout: PIPE });
  await read.wait();
  assert.equal(await text(read.stdout), "later\n");
});

test("communicate goes on where reading from the stream stopped", limit, async () => {
  const program = new Popen(["sh", "-c", "printf 'é1'; read x; printf 'é2'"], {
    stdin: PIPE,
    stdout: PIPE,
    text: true,
  });
  const [first] = (await once(program.stdout, "data")) as [string];
  assert.equal(first, "é1");
  const [rest] = await program.communicate({ input: "\n" });
  assert.equal(rest, "é2");
});

test("a pause in communicate holds a talkative program back", limit, async () => {
  await using program = new Popen(["yes"], { stdout: PIPE });
  while ((await soFar(program.communicate({ timeoutMs: 20 }))) === "");
  const before = process.memoryUsage().arrayBuffers;
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.ok(process.memoryUsage().arrayBuffers - before < 4 << 20);
  program.kill();
  assert.equal((await program.communicate())[0].subarray(0, 4).toString(), "y\ny\n");
});

test("stdin closed before communicate, and input without a pipe", limit, async () => {
  const cat = new Popen(["cat"], { stdin: PIPE, stdout: PIPE, text: true });
  cat.stdin.end("x");
  assert.deepEqual(await cat.communicate(), ["x", null]);
  const none = new Popen(["true"]);
  await assert.rejects(none.communicate({ input: "x" }), RangeError);
  await none.wait();
});

test("programs form a pipeline: end-of-file and broken pipes reach them", native, async () => {
  const seq = new Popen(["seq", "100000"], { stdout: PIPE });
  const tail = new Popen(["tail", "-n1"], { stdin: seq.stdout, stdout: PIPE, text: true });
  seq.stdout.destroy();
  assert.deepEqual(await tail.communicate(), ["100000\n", null]);
  assert.equal(await seq.wait(), 0);
  const yes = new Popen(["yes"], { stdout: PIPE, stderr: DEVNULL });
  const head = new Popen(["head", "-n1"], { stdin: yes.stdout, stdout: PIPE, text: true });
  assert.equal((await head.communicate())[0], "y\n");
  assert.equal(await yes.wait(), -13);
});

test("a pipeline made late, after reading has begun, passes on the rest", limit, async () => {
  const seq = new Popen(["sh", "-c", "echo first; read x; seq 50000"], {
    stdin: PIPE,
    stdout: PIPE,
  });
  const [first] = (await once(seq.stdout, "data")) as [Buffer];
  seq.stdout.pause();
  assert.equal(String(first), "first\n");
  const count = new Popen(["wc", "-l"], { stdin: seq.stdout, stdout: PIPE, text: true });
  seq.stdin.end("\n");
  assert.equal((await count.communicate())[0].trim(), "50000");
  assert.equal(await seq.wait(), 0);
});

test("a pipeline of three made while the first already writes", limit, async () => {
  const first = new Popen(["seq", "3"], { stdout: PIPE });
  await first.wait();
  const second = new Popen(["sed", "s/$/!/"], { stdin: first.stdout, stdout: PIPE });
  await second.wait();
  const third = new Popen(["tac"], { stdin: second.stdout, stdout: PIPE, text: true });
  assert.deepEqual(await third.communicate(), ["3!\n2!\n1!\n", null]);
});

test("an output can be given to one program only", limit, async () => {
  const echo = new Popen(["echo", "x"], { stdout: PIPE });
  const cat = new Popen(["cat"], { stdin: echo.stdout, stdout: PIPE, text: true });
  assert.throws(() => new Popen(["cat"], { stdin: echo.stdout }), StateError);
  assert.deepEqual(await cat.communicate(), ["x\n", null]);
  assert.equal(await echo.wait(), 0);
});

test("poll and waitSync know of the end while the event loop is blocked", native, async () => {
  const program = new Popen(["sh", "-c", "exit 9"]);
  assert.equal(program.waitSync(), 9);
  assert.equal(program.returnCode, 9);
  assert.equal(await program.wait(), 9);
  const polled = new Popen(["sh", "-c", "kill -9 $$"]);
  const deadline = performance.now() + 10_000;
  while (polled.poll() === null && performance.now() < deadline);
  assert.equal(polled.poll(), -9);
  assert.equal(await polled.wait(), -9);
  const sleeper = new Popen(["sleep", "60"]);
  assert.throws(() => sleeper.waitSync({ timeoutMs: 20 }), TimeoutExpired);
  assert.throws(() => sleeper.waitSync({ timeoutMs: 0 }), TimeoutExpired);
  sleeper.kill();
  assert.equal(sleeper.waitSync(), -9);
  assert.equal(await sleeper.wait(), -9);
  assert.equal(sleeper.waitSync(), -9);
});

test("a real-time signal is told by whoever asks the kernel", native, async () => {
  const sleeper = new Popen(["sleep", "60"]);
  sleeper.sendSignal(34);
  assert.equal(sleeper.waitSync(), -34);
  assert.equal(await sleeper.wait(), -34);
  assert.match(String(sleeper), /died with signal 34/);
});

test("programs can be run in a Worker, without a warning", limit, async () => {
  const { stdout, stderr } = await runSource(`
    import { Worker, isMainThread } from "node:worker_threads";
    import { PIPE, Popen, run } from "manyhands/subprocess";
    if (isMainThread) {
      new Worker(new URL(import.meta.url));
    } else {
      const seq = new Popen(["seq", "3"], { stdout: PIPE });
      const tail = new Popen(["tail", "-n1"], { stdin: seq.stdout, stdout: PIPE, text: true });
      const [last] = await tail.communicate();
      const cat = await run(["cat"], { input: last, captureOutput: true, text: true });
      new Popen(["echo"], { stdout: PIPE }).stdout.destroy();
      process.stdout.write(cat.stdout);
    }
  `);
  assert.equal(stdout, "3\n");
  assert.equal(stderr, "");
});

test("too many arguments are the system's refusal", limit, () => {
  const huge = Array<string>(100).fill("x".repeat(100_000));
  assert.throws(() => new Popen(["echo", ...huge], { stdout: PIPE }), SubprocessError);
});

test("a Popen shows what it is", limit, async () => {
  const program = new Popen(["sleep", "60"]);
  assert.equal(String(program), `Popen(sleep 60, pid ${program.pid}, running)`);
  program.kill();
  await program.wait();
  assert.equal(inspect(program), `Popen(sleep 60, pid ${program.pid}, died with SIGKILL)`);
});

test("options that are none are refused in words", limit, () => {
  for (const options of [null, 5, "text"] as unknown as object[])
    assert.throws(() => new Popen(["true"], options), /^TypeError: options must be an object/);
});

import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { test } from "node:test";
import { inspect } from "node:util";
import { TimeoutExpired } from "manyhands/errors";
import { PIPE, Popen, run, runSync, type RunSyncOptions } from "manyhands/subprocess";
import { expectNoLeftovers } from "../support/leftovers.js";

await expectNoLeftovers();

const limit = { timeout: 60_000 };

/** Alive, and no zombie. */
function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

async function untilGone(pid: number): Promise<void> {
  while (isRunning(pid)) await new Promise((resolve) => setTimeout(resolve, 5));
}

const linuxOnly = { ...limit, skip: existsSync("/proc/self/stat") ? false : "needs /proc" };

/** How long a program may take, until it has said something, however busy the machine. */
const TIMES_MS = [150, 1000, 6000];

/** The TimeoutExpired of an attempt that had the time to write something. */
async function expired(attempt: (timeoutMs: number) => unknown): Promise<TimeoutExpired> {
  for (const timeoutMs of TIMES_MS) {
    try {
      await attempt(timeoutMs);
    } catch (error) {
      if (!(error instanceof TimeoutExpired)) throw error;
      if (error.stdout!.length > 0) return error;
    }
  }
  throw new Error("the program wrote nothing");
}

/** What a program that is at work says first. */
async function firstWords({ stdout }: { stdout: Readable }): Promise<string> {
  const [words] = (await once(stdout, "data")) as [string];
  return words;
}

const output = { captureOutput: true, text: true } as const;

const starts: ((command: string[], options: RunSyncOptions) => unknown)[] = [run, runSync];

test("a timeout stops the program and hands over the bytes so far", limit, async () => {
  const command = ["sh", "-c", "echo partial; exec sleep 60"];
  for (const start of starts) {
    const error = await expired((timeoutMs) => start(command, { ...output, timeoutMs }));
    assert.ok(error.stdout instanceof Uint8Array);
    assert.equal(String(error.stdout), "partial\n");
  }
});

test("everything a stopped program wrote is drained", limit, async () => {
  const script = "trap 'echo cleaned up; exit 1' TERM; echo ready; while :; do sleep 0.01; done";
  const error = await expired((timeoutMs) =>
    run(["sh", "-c", script], { ...output, timeoutMs, graceMs: 10_000 }),
  );
  assert.equal(String(error.stdout), "ready\ncleaned up\n");
});

test("a program that ignores SIGTERM is killed after the grace period", limit, async () => {
  const controller = new AbortController();
  const script = "trap '' TERM; echo ready; while :; do sleep 0.02; done";
  const program = new Popen(["sh", "-c", script], {
    stdout: PIPE,
    signal: controller.signal,
    graceMs: 100,
  });
  await firstWords(program);
  const started = performance.now();
  controller.abort(new Error("enough"));
  await assert.rejects(program.wait(), /enough/);
  assert.ok(performance.now() - started >= 99);
  assert.equal(program.returnCode, -9);
  await program.close();
});

test("an abort stops the program and rejects with its reason", limit, async () => {
  const controller = new AbortController();
  const reason = new Error("changed my mind");
  const running = run(["sleep", "60"], { signal: controller.signal });
  controller.abort(reason);
  await assert.rejects(running, (error) => error === reason);
  await assert.rejects(run(["sleep", "60"], { signal: controller.signal }), reason);
});

test("a Popen's signal ends its waits with the reason, also later ones", limit, async () => {
  const controller = new AbortController();
  const program = new Popen(["sh", "-c", "echo x; exec sleep 60"], {
    stdout: PIPE,
    signal: controller.signal,
  });
  const waiting = program.wait();
  controller.abort(new Error("enough"));
  await assert.rejects(waiting, /enough/);
  assert.equal(program.returnCode, -15);
  await assert.rejects(program.communicate(), /enough/);
  await program.close();
});

test("killGroup takes what the program has started along", linuxOnly, async () => {
  const command = ["sh", "-c", "sleep 60 & echo $!; wait"];
  for (const start of starts) {
    const options = { ...output, killGroup: true };
    const error = await expired((timeoutMs) => start(command, { ...options, timeoutMs }));
    await untilGone(Number(String(error.stdout)));
  }
});

test("killGroup reaches children of a leader that has ended", linuxOnly, async () => {
  const controller = new AbortController();
  const script = "(trap '' TERM; echo ready; exec sleep 60) & echo $!; exit 0";
  const program = new Popen(["sh", "-c", script], {
    stdout: PIPE,
    text: true,
    killGroup: true,
    graceMs: 50,
    signal: controller.signal,
  });
  const words: string[] = [];
  program.stdout.on("data", (text: string) => words.push(text));
  const communicating = program.communicate();
  while (!/\d/.test(words.join("")) || program.returnCode === null)
    await new Promise((resolve) => setImmediate(resolve));
  controller.abort(new Error("enough"));
  await assert.rejects(communicating, /enough/);
  assert.equal(program.returnCode, 0);
  await untilGone(Number(/\d+/.exec(words.join(""))![0]));
});

test("a child that holds the pipe does not hold up a stop", linuxOnly, async () => {
  const controller = new AbortController();
  const program = new Popen(["sh", "-c", "sleep 60 & echo $!; exec sleep 60"], {
    stdout: PIPE,
    text: true,
    signal: controller.signal,
  });
  const orphan = Number(await firstWords(program));
  const communicating = program.communicate();
  controller.abort(new Error("enough"));
  await assert.rejects(communicating, /enough/);
  assert.equal(isRunning(orphan), true);
  process.kill(orphan, "SIGKILL");
});

test("terminate with killGroup signals the whole group", linuxOnly, async () => {
  const program = new Popen(["sh", "-c", "sleep 60 & echo $!; wait"], {
    stdout: PIPE,
    text: true,
    killGroup: true,
  });
  const pid = Number(await firstWords(program));
  program.terminate();
  assert.equal(await program.wait(), -15);
  await untilGone(pid);
  await program.close();
});

/** Our open descriptors, and our children with their states. */
function holdings(): { descriptors: number; children: string[] } {
  const descriptors = readdirSync("/proc/self/fd").length;
  const children = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/stat`, "utf8");
      } catch {
        return "";
      }
    })
    .filter((stat) => new RegExp(`\\) . ${process.pid} `).test(stat));
  return { descriptors, children };
}

/** Descriptors close a little after the events that tell of the end. */
function isMore(now: ReturnType<typeof holdings>, before: ReturnType<typeof holdings>): boolean {
  return now.children.length > 0 || now.descriptors > before.descriptors;
}

test("two hundred programs at a time leave no zombie and no descriptor", linuxOnly, async () => {
  await run(["cat"], { input: "warm up", captureOutput: true });
  const before = holdings();
  const results = await Promise.all(
    Array.from({ length: 200 }, (_, i) =>
      run(["cat"], { input: `number ${i}`, captureOutput: true, text: true }),
    ),
  );
  assert.deepEqual(
    results.map(({ stdout }) => stdout),
    Array.from({ length: 200 }, (_, i) => `number ${i}`),
  );
  await Promise.allSettled(
    Array.from({ length: 50 }, () => run(["sleep", "60"], { captureOutput: true, timeoutMs: 1 })),
  );
  const deadline = performance.now() + 30_000;
  while (isMore(holdings(), before) && performance.now() < deadline)
    await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal(isMore(holdings(), before), false, `${inspect(holdings())} ${inspect(before)}`);
});

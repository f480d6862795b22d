import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { once } from "node:events";
import { test } from "node:test";
import { inspect } from "node:util";
import { TimeoutExpired } from "manyhands/errors";
import { PIPE, Popen, run, runSync } from "manyhands/subprocess";
import { expectNoLeftovers } from "../support/leftovers.js";

expectNoLeftovers();

const limit = { timeout: 20_000 };

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

/** What a TimeoutExpired tells of the output. */
const withOutput =
  (expected: string) =>
  (error: unknown): true => {
    assert.ok(error instanceof TimeoutExpired);
    assert.ok(error.stdout instanceof Uint8Array);
    assert.equal(String(error.stdout), expected);
    return true;
  };

test("a timeout stops the program and hands over the bytes so far", limit, async () => {
  const started = performance.now();
  const command = ["sh", "-c", "echo partial; exec sleep 60"];
  await assert.rejects(
    run(command, { captureOutput: true, text: true, timeoutMs: 150 }),
    withOutput("partial\n"),
  );
  assert.throws(
    () => runSync(command, { captureOutput: true, text: true, timeoutMs: 150 }),
    withOutput("partial\n"),
  );
  assert.ok(performance.now() - started < 5000);
});

test("everything a stopped program wrote is drained", limit, async () => {
  const script = "trap 'echo cleaned up; exit 1' TERM; echo ready; while :; do sleep 0.01; done";
  await assert.rejects(
    run(["sh", "-c", script], { captureOutput: true, timeoutMs: 200 }),
    withOutput("ready\ncleaned up\n"),
  );
});

test("a program that ignores SIGTERM is killed after the grace period", limit, async () => {
  const script = "trap '' TERM; echo $$; while :; do sleep 0.02; done";
  const started = performance.now();
  let pid = 0;
  await assert.rejects(
    run(["sh", "-c", script], { captureOutput: true, timeoutMs: 200, graceMs: 100 }),
    (error) => {
      assert.ok(error instanceof TimeoutExpired);
      pid = Number(String(error.stdout));
      return true;
    },
  );
  assert.ok(performance.now() - started >= 299);
  assert.equal(isRunning(pid), false);
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
  const script = "sleep 60 & echo $!; wait";
  for (const attempt of ["async", "sync"]) {
    let orphan = 0;
    const pidOf = (error: unknown): true => {
      assert.ok(error instanceof TimeoutExpired);
      orphan = Number(String(error.stdout));
      return true;
    };
    const options = { captureOutput: true, timeoutMs: 150, killGroup: true } as const;
    if (attempt === "async") await assert.rejects(run(["sh", "-c", script], options), pidOf);
    else assert.throws(() => runSync(["sh", "-c", script], options), pidOf);
    assert.ok(orphan > 0);
    await untilGone(orphan);
  }
});

test("killGroup reaches children of a leader that has ended", linuxOnly, async () => {
  const script = "(trap '' TERM; echo ready; exec sleep 60) & echo $!; exit 0";
  const program = new Popen(["sh", "-c", script], {
    stdout: PIPE,
    killGroup: true,
    graceMs: 50,
    timeoutMs: 200,
  });
  await assert.rejects(program.communicate(), (error) => {
    assert.ok(error instanceof TimeoutExpired);
    const orphan = Number(/\d+/.exec(String(error.stdout))![0]);
    assert.equal(isRunning(orphan), false);
    return true;
  });
  assert.equal(program.returnCode, 0);
});

test(
  "without killGroup a child that holds the pipe does not hold up a timeout",
  linuxOnly,
  async () => {
    const script = "sleep 60 & echo $!; exec sleep 60";
    await assert.rejects(
      run(["sh", "-c", script], { captureOutput: true, timeoutMs: 100 }),
      (error) => {
        assert.ok(error instanceof TimeoutExpired);
        process.kill(Number(String(error.stdout)), "SIGKILL");
        return true;
      },
    );
  },
);

test("terminate with killGroup signals the whole group", linuxOnly, async () => {
  const program = new Popen(["sh", "-c", "sleep 60 & echo $!; wait"], {
    stdout: PIPE,
    text: true,
    killGroup: true,
  });
  const [pid] = (await once(program.stdout, "data")) as [string];
  program.terminate();
  assert.equal(await program.wait(), -15);
  await untilGone(Number(pid));
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
  const deadline = performance.now() + 5000;
  while (isMore(holdings(), before) && performance.now() < deadline)
    await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal(isMore(holdings(), before), false, `${inspect(holdings())} ${inspect(before)}`);
});

import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import {
  createSubprocessExec,
  createSubprocessShell,
  createTask,
  Event,
  gather,
  PIPE,
  sleep,
  type Task,
  TaskGroup,
  waitFor,
} from "manyhands/asyncio";
import { CancelledError, NotFoundError, TaskGroupError, TimeoutError } from "manyhands/errors";
import { run as runProgram } from "manyhands/subprocess";
import { expectNoLeftovers } from "../support/leftovers.js";

await expectNoLeftovers();
const limit = { timeout: 60_000 };
const node = process.execPath;

test("programs are started, talked to and awaited, many at once", limit, async () => {
  const upper = "process.stdin.on('data', (data) => console.log(String(data).toUpperCase()))";
  const one = async (word: string): Promise<string> => {
    const program = await createSubprocessExec(node, "-e", upper, { stdin: PIPE, stdout: PIPE });
    const [output] = await program.communicate({ input: word });
    assert.equal(program.returnCode, 0);
    return String(output).trim();
  };
  assert.deepEqual(await gather(["a", "b", "c"].map((word) => () => one(word))), ["A", "B", "C"]);
});

test("a line of the shell gives its exit code", limit, async () => {
  const program = await createSubprocessShell("exit 3");
  assert.equal(await program.wait(), 3);
});

test("what are no options of a line of the shell is refused", limit, async () => {
  for (const options of [null, 5, "text", []]) {
    await assert.rejects(createSubprocessShell("exit 3", options as never), TypeError);
  }
});

test("a missing program is a NotFoundError", limit, async () => {
  await assert.rejects(createSubprocessExec("no-such-program-anywhere"), NotFoundError);
});

test("cancelling the task that waits leaves the program alone", limit, async () => {
  const program = await createSubprocessExec(node, "-e", "setTimeout(() => {}, 60_000)");
  const waiter = createTask(() => program.wait());
  await sleep(1);
  waiter.cancel();
  await assert.rejects(waiter, CancelledError);
  assert.equal(program.poll(), null);
  program.kill();
  assert.equal(await program.wait(), -9);
});

test("cancelling the task that started a program leaves it alone too", limit, async () => {
  const started = new Event();
  const starter = createTask(async () => {
    const program = await createSubprocessExec(node, "-e", "setTimeout(() => {}, 60_000)");
    started.set();
    await sleep(60_000).catch(() => {});
    return { program };
  });
  await started.wait();
  starter.cancel();
  const { program } = await starter;
  assert.equal(program.poll(), null);
  program.kill();
  await program.wait();
});

test("cancelling a task stops the program that it runs to its end", limit, async () => {
  const task = createTask(() => runProgram([node, "-e", "setTimeout(() => {}, 60_000)"]));
  await sleep(50);
  task.cancel("stop it");
  await assert.rejects(task, { name: "CancelledError", message: "stop it" });
});

/** Says who it is, and takes its time to end; it cannot know for what. */
const reluctant =
  "process.on('SIGTERM', () => setTimeout(() => { console.log('ended'); process.exit(); }, 100));" +
  "setInterval(() => {}, 1000); require('fs').writeFileSync(process.argv[1], String(process.pid));";

/** Starts one in a task; resolves when it listens for SIGTERM. */
async function startReluctant(): Promise<{ task: Task<unknown>; pid: number; seen: string[] }> {
  const folder = mkdtempSync(join(tmpdir(), "reluctant-"));
  const file = join(folder, "pid");
  const seen: string[] = [];
  const task = createTask(async () => {
    try {
      await runProgram([node, "-e", reluctant, file], { captureOutput: true });
    } finally {
      await sleep(1).catch(() => seen.push("interrupted"));
      seen.push("cleaned up");
    }
  });
  while (!existsSync(file) || readFileSync(file, "utf8") === "") await sleep(5);
  const pid = Number(readFileSync(file, "utf8"));
  rmSync(folder, { recursive: true });
  return { task, pid, seen };
}

const isThere = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test("a cancelled run fails when its program is gone", limit, async () => {
  const { task, pid } = await startReluctant();
  task.cancel();
  await assert.rejects(task, CancelledError);
  assert.equal(isThere(pid), false);
});

test("so does one that was out of time, or whose group failed", limit, async () => {
  const late = await startReluctant();
  await assert.rejects(waitFor(late.task, 1), TimeoutError);
  assert.equal(isThere(late.pid), false);
  const other = await startReluctant();
  const group = TaskGroup.run(async (children) => {
    children.createTask(async () => await other.task);
    await sleep(0);
    throw new Error("of the body");
  });
  await assert.rejects(group, TaskGroupError);
  assert.equal(isThere(other.pid), false);
});

test("cancelled again while its program ends, a run fails once", limit, async () => {
  const { task, pid, seen } = await startReluctant();
  task.cancel("first");
  await sleep(1);
  task.cancel("second");
  await assert.rejects(task, { message: "first" });
  assert.deepEqual([seen, isThere(pid)], [["cleaned up"], false]);
});

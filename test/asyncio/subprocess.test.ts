import assert from "node:assert/strict";
import { test } from "node:test";
import {
  createSubprocessExec,
  createSubprocessShell,
  createTask,
  Event,
  gather,
  PIPE,
  sleep,
} from "manyhands/asyncio";
import { CancelledError, NotFoundError } from "manyhands/errors";
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

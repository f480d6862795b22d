/** Whoever holds a lock is shown under the name that the library gave it, or the user. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { FORK_FLAGS } from "#internal/workers/exec-argv.js";
import * as multiprocessing from "manyhands/multiprocessing";
import { currentThread, Lock, Thread } from "manyhands/threading";
import { runSource } from "../support/run-program.js";

const LIMIT = { timeout: 60_000, skip: process.platform === "linux" ? false : "no shared memory" };

test("a program's name is MainProcess, whatever its title is", LIMIT, async () => {
  const source = `
    import { currentProcess, Lock } from "manyhands/multiprocessing";
    const lock = new Lock();
    lock.acquireSync();
    const names = [process.title, currentProcess().name, lock.owner.name];
    currentProcess().name = "Boss";
    console.log(...names, lock.owner.name);
  `;
  const { stdout, stderr } = await runSource(source, { execArgv: ["--title=foo"] });
  assert.equal(stdout, "foo MainProcess MainProcess Boss\n", stderr);
});

test("a process is shown by its name, however it was started", LIMIT, async () => {
  const source = `
    import { Lock, Process } from "manyhands/multiprocessing";
    const lock = new Lock();
    for (const startMethod of ["forkserver", "spawn", "fork"]) {
      const target = () => {
        lock.acquireSync();
        const { name } = lock.owner;
        lock.release();
        return name;
      };
      const child = await new Process({ startMethod, target, name: "by " + startMethod }).start();
      console.log(await child.result());
      await child.join();
    }
  `;
  const { stdout, stderr } = await runSource(source, { execArgv: FORK_FLAGS });
  assert.equal(stdout, "by forkserver\nby spawn\nby fork\n", stderr);
});

test("a thread is shown by its name, between threads and in the family", LIMIT, async () => {
  const [near, far] = [new Lock(), new multiprocessing.Lock()];
  const thread = await new Thread({
    name: "first",
    target: () => {
      const names = (): (string | undefined)[] => [near.owner?.name, far.owner?.name];
      near.acquireSync();
      far.acquireSync();
      const before = names();
      currentThread().name = "second";
      const shown = [...before, ...names()];
      near.release();
      far.release();
      return shown;
    },
  }).start();
  assert.deepEqual(await thread.result(), ["first", "first", "second", "second"]);
  await thread.join();
});

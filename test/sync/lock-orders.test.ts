/** What the search for deadlocks keeps of locks that are gone: neither room nor memory. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { expectNoLeftovers } from "../support/leftovers.js";
import { runSource } from "../support/run-program.js";

await expectNoLeftovers();

const LIMIT = { timeout: 60_000 };

/** Takes many pairs of locks in some order, and drops them; `more` goes on from there. */
const program = (more: string): string => `
  import { setTimeout } from "node:timers/promises";
  import { Lock, detectDeadlocks } from "manyhands/threading";
  detectDeadlocks();
  function together(a, b) {
    a.acquireSync();
    b.acquireSync();
    b.release();
    a.release();
  }
  async function drop(count) {
    for (let done = 0; done < count; done += 100) {
      for (let pair = 0; pair < 100; pair++) together(new Lock(), new Lock());
      gc();
      await setTimeout(1);
    }
  }
  ${more}
`;

async function printed(more: string): Promise<string> {
  const { stdout, stderr } = await runSource(program(more), { execArgv: ["--expose-gc"] });
  assert.equal(stderr, "");
  return stdout.trim();
}

test("the orders of locks that are gone make room for others", LIMIT, async () => {
  const output = await printed(`
    process.removeAllListeners("warning");
    process.on("warning", (warning) => console.log(warning.name));
    await drop(3_000);
    const [a, b] = [new Lock(), new Lock()];
    together(a, b);
    together(b, a);
  `);
  assert.equal(output, "LockOrderWarning");
});

test("the orders of locks that are gone take no memory", LIMIT, async () => {
  const output = await printed(`
    await drop(3_000);
    const before = process.memoryUsage().heapUsed;
    await drop(10_000);
    console.log(process.memoryUsage().heapUsed - before);
  `);
  assert.ok(Number(output) < 400_000, output);
});

test("locks that are dropped while they are held are collected", LIMIT, async () => {
  const output = await printed(`
    const { RLock } = await import("manyhands/threading");
    const made = [];
    const hold = (lock) => {
      lock.acquireSync();
      made.push(new WeakRef(lock));
    };
    const kept = new Lock();
    kept.acquireSync();
    for (let done = 0; done < 100; done++) {
      hold(new Lock());
      hold(new RLock());
      await setTimeout(1);
    }
    for (let round = 0; round < 20; round++) {
      gc();
      await setTimeout(1);
    }
    const left = made.filter((one) => one.deref() !== undefined).length;
    console.log(left <= 2, kept.locked);
    kept.release();
  `);
  assert.equal(output, "true true");
});

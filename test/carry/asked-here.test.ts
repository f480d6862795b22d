/** The stack of an error from elsewhere: who asked for the result, who threw, where. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ThreadPoolExecutor } from "manyhands/futures";
import { Process, ThreadPool } from "manyhands/multiprocessing";
import { setExceptHook, Thread } from "manyhands/threading";
import { expectNoLeftovers } from "../support/leftovers.js";
import { warmUp } from "../workers/warm-up.js";

await expectNoLeftovers({ warmUp });

const LIMIT = { timeout: 60_000 };

function lookUp(): never {
  throw new RangeError("no such row");
}

async function asksAwaiting(ask: () => PromiseLike<unknown>): Promise<string> {
  try {
    await ask();
  } catch (error) {
    return (error as Error).stack!;
  }
  throw new Error("nothing was thrown");
}

function asksBlocking(ask: () => unknown): string {
  try {
    ask();
  } catch (error) {
    return (error as Error).stack!;
  }
  throw new Error("nothing was thrown");
}

function expectParts(stack: string, asker: string): void {
  const parts = ["RangeError: no such row\n    at ", asker, "\n    --- in ", "lookUp"];
  const places = parts.map((part) => stack.indexOf(part));
  assert.ok(!places.includes(-1), stack);
  assert.deepEqual(
    places,
    [...places].sort((a, b) => a - b),
    stack,
  );
  assert.equal(stack.split("\n    --- in ").length, 2, stack);
  const local = stack.slice(0, stack.indexOf("    --- in "));
  assert.doesNotMatch(local, /\/dist\//, local);
}

test("the stack of a thread's error begins with who asked", LIMIT, async () => {
  setExceptHook(() => {});
  for (const Kind of [Thread, Process]) {
    const options = Kind === Process ? { stdio: "ignore" as const } : {};
    const awaited = await new Kind({ ...options, target: lookUp }).start();
    expectParts(await asksAwaiting(() => awaited.result()), "asksAwaiting");
    await awaited.join();
    const blocked = await new Kind({ ...options, target: lookUp }).start();
    const stack = asksBlocking(() => blocked.resultSync());
    expectParts(stack, "asksBlocking");
    assert.equal(
      asksBlocking(() => blocked.resultSync()),
      stack,
      "the first one counts",
    );
    await blocked.join();
  }
});

test("the stack of an error of a pool or executor begins with who asked", LIMIT, async () => {
  await using pool = new ThreadPool(1);
  expectParts(
    asksBlocking(() => pool.applySync(lookUp)),
    "asksBlocking",
  );
  expectParts(await asksAwaiting(() => pool.applyAsync(lookUp).get()), "asksAwaiting");
  expectParts(
    asksBlocking(() => [...pool.imapSync(lookUp, [1])]),
    "asksBlocking",
  );
  await using executor = new ThreadPoolExecutor({ maxWorkers: 1 });
  expectParts(await asksAwaiting(() => executor.submit(lookUp).result()), "asksAwaiting");
  expectParts(
    asksBlocking(() => executor.submit(lookUp).resultSync()),
    "asksBlocking",
  );
});

test("the stack of an error that a bare promise gives begins with who threw", LIMIT, async () => {
  await using pool = new ThreadPool(1);
  const stack = await asksAwaiting(() => pool.apply(lookUp));
  assert.match(stack, /^RangeError: no such row\n    --- in thread .*:\n    at lookUp /);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { CancelledError } from "manyhands/errors";
import { Executor, Future, wait, type Fn, type Returned } from "manyhands/futures";

/** Runs everything later in this thread, one call after the other. */
class InTurn extends Executor {
  readonly #waiting: (() => Promise<void>)[] = [];
  readonly futures: Future<unknown>[] = [];
  #running = false;

  submit<A extends unknown[], R>(fn: Fn<A, R>, ...args: A): Future<Returned<R>> {
    const future = new Future<Returned<R>>();
    this.futures.push(future);
    this.#waiting.push(async () => {
      if (!future.setRunningOrNotifyCancel()) return;
      try {
        future.setResult((await fn(...args)) as Returned<R>);
      } catch (error) {
        future.setException(error);
      }
    });
    void this.#run();
    return future;
  }

  async #run(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    while (this.#waiting.length > 0) {
      await new Promise(setImmediate);
      await this.#waiting.shift()!();
    }
    this.#running = false;
  }
}

test("an executor of one's own has only to submit", async () => {
  await using executor = new InTurn();
  assert.equal(await executor.submit(async (n: number) => n + 1, 1), 2);
  const sums = [];
  for await (const sum of executor.map((a: number, b: number) => a + b, [1, 2, 3], [10, 20]))
    sums.push(sum);
  assert.deepEqual(sums, [11, 22]);
});

test("an executor of one's own is shown by its name", () => {
  assert.equal(String(new InTurn()), "InTurn()");
  assert.equal(inspect(new InTurn()), "InTurn()");
});

test("the base of executors is none itself", () => {
  assert.throws(() => Reflect.construct(Executor, []), { name: "TypeError", message: /abstract/ });
});

test("leaving its map cancels what has not begun", async () => {
  const executor = new InTurn();
  for await (const value of executor.map((n: number) => n, [1, 2, 3])) {
    assert.equal(value, 1);
    break;
  }
  const { done } = await wait(executor.futures);
  assert.equal(done.size, 3);
  await assert.rejects(executor.futures[2]!.result(), CancelledError);
});

test("an error ends its map, where the result would have been", async () => {
  const executor = new InTurn();
  const fail = (n: number): number => {
    if (n === 2) throw new RangeError("two");
    return n;
  };
  const results = executor.map(fail, [1, 2, 3]);
  assert.deepEqual(await results.next(), { done: false, value: 1 });
  await assert.rejects(results.next(), RangeError);
  assert.equal((await results.next()).done, true);
});

test("its map takes functions and iterables only", () => {
  const executor = new InTurn();
  assert.throws(() => executor.map(1 as never, [1]), TypeError);
  assert.throws(() => executor.map((n: number) => n, 1 as never), TypeError);
  assert.throws(() => executor.mapSync((n: number) => n, (async function* () {})() as never));
});

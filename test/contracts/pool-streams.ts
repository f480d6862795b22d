/** What `imap` and its forms do, over any kind of worker. */
import assert from "node:assert/strict";
import { inspect } from "node:util";
import { ClosedError, PicklingError, TimeoutError } from "manyhands/errors";
import { untilBlocked } from "manyhands/testing";
import * as tasks from "../pool/tasks.js";
import { Workshop } from "../pool/workshop.js";
import type { PoolClause } from "./pool-clause.js";

const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

/** An input that knows how much of it was taken, and whether it was closed. */
class Source implements Iterable<number> {
  pulled = 0;
  closed = false;
  readonly #failAt: number;

  constructor(failAt = Infinity) {
    this.#failAt = failAt;
  }

  *[Symbol.iterator](): Generator<number> {
    try {
      for (;;) {
        if (this.pulled === this.#failAt) throw new RangeError("the input failed");
        yield this.pulled++;
      }
    } finally {
      this.closed = true;
    }
  }

  async *later(): AsyncGenerator<number> {
    for (const item of this) yield item;
  }
}

async function collect<T>(results: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const result of results) all.push(result);
  return all;
}

export const poolStreams: readonly PoolClause[] = [
  {
    name: "gives results one by one, in order, awaited and blocking",
    async run(make) {
      await using pool = make(2);
      const squares = upTo(50).map((n) => n * n);
      for (const chunkSize of [1, 3, 1000]) {
        assert.deepEqual(await collect(pool.imap(tasks.square, upTo(50), { chunkSize })), squares);
        assert.deepEqual([...pool.imapSync(tasks.square, upTo(50), { chunkSize })], squares);
      }
      assert.deepEqual(await collect(pool.imap(tasks.length, "ab")), [1, 1]);
      assert.deepEqual(await collect(pool.imap(tasks.square, [])), []);
      const later = (async function* () {
        for (const n of upTo(50)) yield n;
      })();
      const results = pool.imap(tasks.squareLater, later, { chunkSize: 3 });
      assert.deepEqual(await collect(results), squares);
    },
  },
  {
    name: "gives results as they come when the order does not matter",
    async run(make) {
      using shop = new Workshop();
      await using pool = make(2);
      const { log, gate } = shop;
      const work = (n: number) => (n === 0 ? tasks.held(log, gate, "0") : String(n));
      const results = pool.imapUnordered(work, upTo(4));
      const first = [await results.next(), await results.next(), await results.next()];
      assert.deepEqual(first.map(({ value }) => value).sort(), ["1", "2", "3"]);
      shop.open();
      assert.equal((await results.next()).value, "0");
      assert.equal((await results.next()).done, true);
      const blocking = [...pool.imapUnorderedSync(tasks.square, upTo(9))];
      assert.deepEqual(
        blocking.sort((a, b) => a - b),
        upTo(9).map((n) => n * n),
      );
    },
  },
  {
    name: "pulls its input only as far ahead of the consumer as its window is wide",
    async run(make) {
      await using pool = make(2);
      const expected: [object, number][] = [
        [{}, 4],
        [{ chunkSize: 5 }, 20],
        [{ chunkSize: 1000 }, 256],
        [{ bufferSize: 3 }, 3],
        [{ bufferSize: 300, chunkSize: 10 }, 300],
      ];
      for (const [options, window] of expected) {
        for (const source of [new Source(), new Source()]) {
          const results = pool.imap(tasks.square, source, options);
          assert.equal(source.pulled, window);
          for (let taken = 1; taken <= 3; taken++) {
            await results.next();
            assert.ok(source.pulled <= window + taken, `${source.pulled} for ${window}`);
          }
          await results.return();
          assert.equal(source.closed, true);
        }
      }
      const source = new Source();
      const results = pool.imap(tasks.square, source.later());
      await untilBlocked(() => source.pulled === 4);
      assert.equal((await results.next()).value, 0);
      await untilBlocked(() => source.pulled === 5);
      await results.return();
      assert.equal(source.closed, true);
      const blocking = pool.imapSync(tasks.square, new Source());
      assert.equal(blocking.next().value, 0);
      assert.equal(blocking.next().value, 1);
      blocking.return();
      assert.equal(blocking.next().done, true);
    },
  },
  {
    name: "throws an error where the result would have been, and goes on",
    async run(make) {
      await using pool = make(2);
      for (const chunkSize of [1, 2, 3]) {
        const results = pool.imap(tasks.evenOnly, upTo(4), { chunkSize });
        assert.equal((await results.next()).value, 0);
        await assert.rejects(results.next(), { message: "1 is odd" });
        assert.equal((await results.next()).value, 2);
        await assert.rejects(results.next(), { message: "3 is odd" });
        assert.equal((await results.next()).done, true);
        const blocking = pool.imapSync(tasks.evenOnly, upTo(3), { chunkSize });
        assert.equal(blocking.next().value, 0);
        assert.throws(() => blocking.next(), { message: "1 is odd" });
        assert.equal(blocking.next().value, 2);
        assert.equal(blocking.next().done, true);
      }
      const items = [1, new WeakMap(), 3];
      const results = pool.imap(tasks.echo, items, { chunkSize: 3 });
      assert.deepEqual((await results.next()).value, [1]);
      await assert.rejects(results.next(), PicklingError);
      assert.deepEqual((await results.next()).value, [3]);
      assert.equal((await results.next()).done, true);
    },
  },
  {
    name: "gives what was pulled before it says that the input failed",
    async run(make) {
      await using pool = make(2);
      for (const chunkSize of [1, 2]) {
        for (const input of [new Source(3), new Source(3).later()]) {
          const results = pool.imap(tasks.square, input, { chunkSize, bufferSize: 10 });
          const values = [await results.next(), await results.next(), await results.next()];
          assert.deepEqual(
            values.map(({ value }) => value),
            [0, 1, 4],
          );
          await assert.rejects(results.next(), { message: "the input failed" });
          assert.equal((await results.next()).done, true);
        }
        const blocking = pool.imapUnorderedSync(tasks.square, new Source(1), { chunkSize });
        assert.equal(blocking.next().value, 0);
        assert.throws(() => blocking.next(), { message: "the input failed" });
        assert.equal(blocking.next().done, true);
      }
      assert.equal(await pool.apply(tasks.square, [2]), 4);
    },
  },
  {
    name: "closes the input and drops what waits when its loop is left",
    async run(make) {
      using shop = new Workshop();
      await using pool = make(1);
      const { log, gate } = shop;
      const work = async (n: number): Promise<number> => {
        if (n === 1) await tasks.held(log, gate, "1");
        else tasks.note(log, String(n));
        return n;
      };
      const source = new Source();
      for await (const value of pool.imap(work, source, { bufferSize: 8 })) {
        assert.equal(value, 0);
        await shop.untilNoted(2);
        break;
      }
      assert.equal(source.closed, true);
      shop.open();
      assert.equal(await pool.apply(tasks.square, [2]), 4);
      assert.deepEqual(shop.notes, ["0", "1"]);
    },
  },
  {
    name: "answers several calls of next at once, in order",
    async run(make) {
      await using pool = make(2);
      const results = pool.imap(tasks.evenOnly, [0, 1, 2]);
      const all = await Promise.allSettled([1, 2, 3, 4, 5].map(() => results.next()));
      assert.deepEqual(
        all.map((one) => (one.status === "fulfilled" ? one.value.value : one.reason.message)),
        [0, "1 is odd", 2, undefined, undefined],
      );
      const open = pool.imap(tasks.square, new Source());
      await open.return();
      assert.equal((await open.next()).done, true);
    },
  },
  {
    name: "limits one next in time without losing its result",
    async run(make) {
      using shop = new Workshop();
      await using pool = make(1);
      const { log, gate } = shop;
      const results = pool.imap((text: string) => tasks.held(log, gate, text), ["a"]);
      await assert.rejects(results.next({ timeoutMs: 5 }), TimeoutError);
      const signal = AbortSignal.timeout(5);
      await assert.rejects(results.next({ signal }), { name: "TimeoutError" });
      shop.open();
      assert.equal((await results.next()).value, "a");
      assert.equal((await results.next()).done, true);
    },
  },
  {
    name: "stops as a whole when its time is over or its signal aborts",
    async run(make) {
      using shop = new Workshop();
      await using pool = make(1);
      const { log, gate } = shop;
      const work = (n: number) => (n === 0 ? n : tasks.held(log, gate).then(() => n));
      const controller = new AbortController();
      const source = new Source();
      const results = pool.imap(work, source, { signal: controller.signal });
      assert.equal((await results.next()).value, 0);
      await shop.untilNoted(1);
      controller.abort(new Error("enough"));
      await assert.rejects(results.next(), { message: "enough" });
      assert.equal((await results.next()).done, true);
      assert.equal(source.closed, true);
      assert.equal(await pool.apply(tasks.square, [2]), 4); // by a new worker
      const late = pool.imap(work, upTo(5), { timeoutMs: 500 });
      assert.equal((await late.next()).value, 0);
      await assert.rejects(late.next(), TimeoutError);
      assert.equal((await late.next()).done, true);
      assert.equal(await pool.apply(tasks.square, [2]), 4);
      const blocking = pool.imapSync(work, upTo(5), { timeoutMs: 500 });
      assert.equal(blocking.next().value, 0);
      assert.throws(() => blocking.next(), TimeoutError);
      assert.equal(blocking.next().done, true);
      assert.equal(await pool.apply(tasks.square, [2]), 4);
    },
  },
  {
    name: "is fed to its end after close, also when nobody takes results",
    async run(make) {
      const pool = make(2);
      const results = pool.imap(tasks.square, upTo(40));
      const others = pool.imap(tasks.square, upTo(40), { chunkSize: 3 });
      pool.close();
      assert.throws(() => pool.imap(tasks.square, [1]), ClosedError);
      assert.equal((await results.next()).value, 0);
      assert.equal(await pool.join({ timeoutMs: 20_000 }), true);
      assert.deepEqual(
        await collect(results),
        upTo(40)
          .slice(1)
          .map((n) => n * n),
      );
      assert.equal((await collect(others)).length, 40);
    },
  },
  {
    name: "tells how far it is",
    async run(make) {
      await using pool = make(1);
      const seen: unknown[] = [];
      const onProgress = (progress: unknown): void => void seen.push(progress);
      await collect(pool.imap(tasks.square, upTo(3), { onProgress, bufferSize: 1 }));
      assert.deepEqual(seen, [
        { done: 1, total: null },
        { done: 2, total: null },
        { done: 3, total: 3 },
      ]);
    },
  },
  {
    name: "refuses at the call what it cannot map",
    async run(make) {
      await using pool = make(1);
      const bad: [unknown, unknown, unknown, abstract new (...args: never[]) => Error][] = [
        ["no function", [1], {}, TypeError],
        [tasks.square, 5, {}, TypeError],
        [tasks.square, undefined, {}, TypeError],
        [tasks.square, [1], { chunkSize: 0 }, RangeError],
        [tasks.square, [1], { bufferSize: 0 }, RangeError],
        [tasks.square, [1], { bufferSize: "1" }, TypeError],
        [tasks.square, [1], { timeoutMs: NaN }, RangeError],
      ];
      for (const [fn, items, options, type] of bad) {
        const call = [fn, items, options] as never as [(n: number) => number, number[]];
        for (const form of ["imap", "imapUnordered", "imapSync", "imapUnorderedSync"] as const)
          assert.throws(() => pool[form](...call), type);
      }
      const later = new Source().later() as never as number[];
      assert.throws(() => pool.imapSync(tasks.square, later), TypeError);
    },
  },
  {
    name: "shows its iterators",
    async run(make) {
      await using pool = make(1);
      const results = pool.imap(tasks.square, upTo(2));
      assert.equal(inspect(results), "ResultIterator(square, open)");
      await collect(results);
      assert.equal(String(results), "ResultIterator(square, finished)");
      const blocking = pool.imapSync(tasks.square, []);
      assert.equal(blocking.next().done, true);
      assert.equal(inspect(blocking), "SyncResultIterator(square, finished)");
    },
  },
];

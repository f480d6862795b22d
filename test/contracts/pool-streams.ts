/** What `imap` and its forms do, over any kind of worker. */
import assert from "node:assert/strict";
import { inspect } from "node:util";
import { PicklingError } from "manyhands/errors";
import { untilBlocked } from "../support/until-blocked.js";
import * as tasks from "../pool/tasks.js";
import { Workshop } from "../pool/workshop.js";
import { collect, Source, upTo } from "../pool/source.js";
import type { PoolClause } from "./pool-clause.js";

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
      assert.deepEqual(new Set(first.map(({ value }) => value)), new Set(["1", "2", "3"]));
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
    name: "names items and results that cannot cross by their place among all, and spares the rest",
    async run(make) {
      await using pool = make(1);
      const rest = upTo(5).map((n) => ({ value: n + 5 }));
      for (const chunkSize of [1, 4, 10]) {
        const options = { chunkSize, bufferSize: 20 };
        const results = pool.imap(tasks.weakOrFailing, upTo(10), options);
        const outcomes = [];
        for (let taken = 0; taken < 10; taken++) {
          outcomes.push(
            await results.next().then(
              ({ value }) => ({ value }),
              ({ name, message, path }) => (path === undefined ? { message } : { name, path }),
            ),
          );
        }
        const weak = (n: number) => ({
          name: "MaybeEncodingError",
          path: `result → [${n}] → .weak`,
        });
        const fails = (n: number) => ({ message: `${n} fails` });
        const first = [{ value: 0 }, fails(1), { value: 2 }, weak(3), { value: 4 }];
        const then = [rest[0], fails(6), rest[2], weak(8), rest[4]];
        assert.deepEqual(outcomes, [...first, ...then]);
        const refused = pool.imap(tasks.echo, [1, 2, { weak: new WeakMap() }], options);
        await refused.next();
        await refused.next();
        await assert.rejects(refused.next(), { path: "items → [2] → .weak" });
      }
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
    name: "tells an input that asks for the result of its own next item that this cannot be",
    async run(make) {
      await using pool = make(1);
      for (const chunkSize of [1, 2]) {
        const input = function* (): Generator<number> {
          yield 1;
          yield 2;
          // One result may be out, so that this is nothing unusual; then there is no other.
          results.next();
          results.next();
        };
        const options = { bufferSize: 2, chunkSize };
        const results: Iterable<number> & Iterator<number> = pool.imapSync(
          tasks.square,
          input(),
          options,
        );
        assert.throws(() => [...results], { name: "TypeError", message: /already being asked/ });
      }
      const asked: Promise<unknown>[] = [];
      const input = function* (): Generator<number> {
        yield 1;
        asked.push(later.next());
        yield 2;
      };
      const later: AsyncIterableIterator<number> = pool.imap(tasks.square, input(), {
        bufferSize: 1,
      });
      assert.deepEqual(await collect(later), [1]);
      assert.deepEqual(await Promise.all(asked), [{ done: false, value: 4 }]);
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

/** How work and pools end before their time, over any kind of worker. */
import assert from "node:assert/strict";
import { inspect } from "node:util";
import { CancelledError, ClosedError, StateError, TimeoutError } from "manyhands/errors";
import * as tasks from "../pool/tasks.js";
import { Workshop } from "../pool/workshop.js";
import type { PoolClause } from "./pool-clause.js";

export const poolEnds: readonly PoolClause[] = [
  {
    name: "stops work that takes too long, with a TimeoutError, and goes on",
    async run(make) {
      using shop = new Workshop();
      await using pool = make(1);
      await pool.apply(tasks.square, [1]); // so that the worker is there
      // On a busy machine the first times may be over before the worker has looked up.
      for (let timeoutMs = 100; !shop.notes.includes("stopped:TimeoutError"); timeoutMs *= 3) {
        assert.ok(timeoutMs < 30_000, shop.notes.join());
        const running = pool.apply(tasks.untilStopped, [shop.log], { timeoutMs });
        await assert.rejects(running, TimeoutError);
      }
      assert.throws(
        () => pool.applySync(tasks.stubborn, [shop.log], { timeoutMs: 100 }),
        TimeoutError,
      );
      const blocked = pool.applyAsync(tasks.stubborn, [shop.log], { timeoutMs: 100 });
      assert.throws(() => blocked.getSync(), TimeoutError);
      assert.equal(await pool.apply(tasks.square, [2]), 4);
    },
  },
  {
    name: "stops work when a signal aborts, with the signal's reason, running or not",
    async run(make) {
      using shop = new Workshop();
      await using pool = make(1);
      const controller = new AbortController();
      const { signal } = controller;
      const reason = new Error("changed my mind");
      const first = new AbortController();
      const listening = pool.apply(tasks.untilStopped, [shop.log], { signal: first.signal });
      await shop.untilNoted(1);
      first.abort(reason);
      await assert.rejects(listening, reason);
      await shop.untilNoted(2);
      // One that does not listen, so that the queued one cannot begin before it hears of the end.
      const running = pool.apply(tasks.stubborn, [shop.log], { signal });
      const queued = pool.applyAsync(tasks.note, [shop.log, "never"], { signal });
      await shop.untilNoted(3);
      controller.abort(reason);
      await assert.rejects(running, reason);
      await assert.rejects(queued.get(), reason);
      await assert.rejects(pool.apply(tasks.square, [1], { signal }), reason);
      assert.throws(() => pool.applyAsync(tasks.square, [1], { signal }), reason);
      assert.equal(await pool.apply(tasks.square, [2]), 4);
      assert.deepEqual(shop.notes, ["began", "stopped:Error", "began"]);
    },
  },
  {
    name: "ends when it was closed before a worker obeyed",
    async run(make) {
      using shop = new Workshop();
      await using pool = make(1);
      const controller = new AbortController();
      const { signal } = controller;
      const running = pool.apply(tasks.untilStopped, [shop.log], { signal });
      await shop.untilNoted(1);
      controller.abort();
      pool.close();
      await assert.rejects(running, { name: "AbortError" });
      assert.equal(await pool.join({ timeoutMs: 20_000 }), true);
    },
  },
  {
    name: "cancels work, running or not",
    async run(make) {
      using shop = new Workshop();
      await using pool = make(1);
      const running = pool.applyAsync(tasks.stubborn, [shop.log]);
      const queued = pool.applyAsync(tasks.note, [shop.log, "never"]);
      const next = pool.applyAsync(tasks.square, [3]);
      await shop.untilNoted(1);
      assert.equal(queued.cancel(), true);
      assert.equal(running.cancel(), true);
      assert.equal(running.cancel(), false);
      await assert.rejects(running.get(), CancelledError);
      await assert.rejects(queued.get(), CancelledError);
      assert.equal(await next, 9);
      assert.equal(next.cancel(), false);
      assert.deepEqual(shop.notes, ["began"]);
    },
  },
  {
    name: "runs lower numbers of priority first, equals in order of arrival",
    async run(make) {
      using shop = new Workshop();
      await using pool = make(1);
      const first = pool.applyAsync(tasks.held, [shop.log, shop.gate, "first"]);
      await shop.untilNoted(1);
      const later = [2, 0, 1, 0, -1].map((priority, index) =>
        pool.applyAsync(tasks.note, [shop.log, `${priority}/${index}`], { priority }),
      );
      shop.open();
      await Promise.all([first, ...later]);
      assert.deepEqual(shop.notes, ["first", "-1/4", "0/1", "0/3", "1/2", "2/0"]);
    },
  },
  {
    name: "takes no work after close, does what it has, and then ends",
    async run(make) {
      const pool = make(2);
      await assert.rejects(pool.join(), StateError);
      assert.throws(() => pool.joinSync(), StateError);
      const results = [1, 2, 3].map((n) => pool.applyAsync(tasks.squareLater, [n]));
      pool.close();
      pool.close();
      await assert.rejects(pool.apply(tasks.square, [1]), ClosedError);
      assert.throws(() => pool.applyAsync(tasks.square, [1]), ClosedError);
      await assert.rejects(pool.map(tasks.square, [1]), ClosedError);
      assert.throws(() => pool.imap(tasks.square, [1]), ClosedError);
      assert.equal(await pool.join(), true);
      assert.deepEqual(await Promise.all(results), [1, 4, 9]);
      assert.equal(pool.joinSync(), true);
      assert.match(inspect(pool), /ended/);
      await pool.terminate();
    },
  },
  {
    name: "ends while the thread blocks",
    async run(make) {
      const pool = make(1);
      const result = pool.applyAsync(tasks.square, [3]);
      pool.close();
      assert.equal(pool.joinSync({ timeoutMs: 20_000 }), true);
      assert.equal(result.getSync(), 9);
    },
  },
  {
    name: "says when it has not ended in time",
    async run(make) {
      using shop = new Workshop();
      const pool = make(1);
      const result = pool.applyAsync(tasks.held, [shop.log, shop.gate]);
      pool.close();
      assert.equal(await pool.join({ timeoutMs: 5 }), false);
      assert.equal(pool.joinSync({ timeoutMs: 5 }), false);
      shop.open();
      assert.equal(await pool.join({ timeoutMs: 20_000 }), true);
      assert.equal(await result, "held");
    },
  },
  {
    name: "cancels everything that has not ended when it is terminated",
    async run(make) {
      using shop = new Workshop();
      const pool = make(1);
      const running = pool.applyAsync(tasks.stubborn, [shop.log]);
      const queued = pool.apply(tasks.note, [shop.log, "never"]);
      const mapped = pool.mapAsync(tasks.square, [1, 2, 3]);
      const streamed = pool.imap(tasks.square, [1, 2, 3]);
      const failures = Promise.all([
        assert.rejects(running.get(), CancelledError),
        assert.rejects(queued, CancelledError),
        assert.rejects(mapped.get(), CancelledError),
        assert.rejects(streamed.next(), CancelledError),
      ]);
      await shop.untilNoted(1);
      await pool.terminate();
      await failures;
      await pool.terminate();
      assert.equal(await pool.join(), true);
      await assert.rejects(pool.apply(tasks.square, [1]), ClosedError);
      assert.deepEqual(shop.notes, ["began"]);
    },
  },
];

/** How streams of results end, over any kind of worker. */
import assert from "node:assert/strict";
import { ClosedError, TimeoutError } from "manyhands/errors";
import { collect, Source, upTo } from "../pool/source.js";
import * as tasks from "../pool/tasks.js";
import { Workshop } from "../pool/workshop.js";
import type { PoolClause } from "./pool-clause.js";

export const poolStreamEnds: readonly PoolClause[] = [
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
      const late = pool.imap(work, upTo(5), { timeoutMs: 3_000 });
      assert.equal((await late.next()).value, 0);
      await assert.rejects(late.next(), TimeoutError);
      assert.equal((await late.next()).done, true);
      assert.equal(await pool.apply(tasks.square, [2]), 4);
      const blocking = pool.imapSync(work, upTo(5), { timeoutMs: 3_000 });
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
];

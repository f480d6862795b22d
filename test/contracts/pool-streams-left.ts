/** What becomes of streams whose results nobody can ask for any more, over any kind of worker. */
import assert from "node:assert/strict";
import type { Pool } from "manyhands/multiprocessing";
import { Source, upTo } from "../pool/source.js";
import * as tasks from "../pool/tasks.js";
import { collect } from "../shared-data/collect.js";
import type { PoolClause } from "./pool-clause.js";

// Functions of their own, so that no variable of a clause still holds the iterator.
async function leaveByError(pool: Pool, source: Source): Promise<void> {
  const results = pool.imap(tasks.evenOnly, source);
  await assert.rejects(async () => {
    for await (const value of results) assert.equal(value, 0);
  }, /1 is odd/);
  assert.equal(source.closed, false);
  await collect();
  assert.equal((await results.next()).value, 2);
}

function leaveByErrorSync(pool: Pool, source: Source): void {
  assert.throws(() => {
    for (const value of pool.imapUnorderedSync(tasks.evenOnly, source)) assert.equal(value % 2, 0);
  }, /is odd/);
}

async function drop(pool: Pool, source: AsyncIterable<number>): Promise<void> {
  assert.equal((await pool.imapUnordered(tasks.square, source).next()).done, false);
}

async function untilClosed(source: Source): Promise<void> {
  while (!source.closed) await collect();
}

export const poolStreamsLeft: readonly PoolClause[] = [
  {
    name: "closes the input of a stream whose iterator was left and collected",
    async run(make) {
      const pool = make(2);
      const sources = Array.from({ length: 3 }, () => new Source());
      await leaveByError(pool, sources[0]!);
      leaveByErrorSync(pool, sources[1]!);
      await drop(pool, sources[2]!.later());
      for (const source of sources) await untilClosed(source);
      pool.close();
      assert.equal(await pool.join({ timeoutMs: 50_000 }), true);
    },
  },
  {
    name: "gives a result that is awaited though nobody has its iterator",
    async run(make) {
      await using pool = make(1);
      let give!: () => void;
      const given = new Promise<void>((resolve) => (give = resolve));
      async function* input(): AsyncGenerator<number> {
        await given;
        yield 3;
      }
      const next = pool.imap(tasks.square, input()).next();
      await collect();
      give();
      assert.deepEqual(await next, { done: false, value: 9 });
    },
  },
  {
    name: "does all the work of a stream that nobody ever asked for results",
    async run(make) {
      await using pool = make(1);
      const source = new Source(20);
      pool.imap(tasks.square, source);
      await untilClosed(source);
      assert.equal(source.pulled, 20);
    },
  },
  {
    name: "does the work of a stream that was left, too, when its end is waited for",
    async run(make) {
      const pool = make(2);
      let pulled = 0;
      async function* input(): AsyncGenerator<number> {
        for (const item of upTo(40)) {
          if (item % 10 === 0) await collect();
          pulled++;
          yield item;
        }
      }
      await drop(pool, input());
      pool.close();
      assert.equal(await pool.join({ timeoutMs: 50_000 }), true);
      assert.equal(pulled, 40);
    },
  },
];

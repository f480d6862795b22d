/** Workers that begin nothing while they have nothing to do: stopped, or blocked by leftovers. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Barrier, Pool, ThreadPool } from "manyhands/multiprocessing";
import { Event, getIdent } from "manyhands/threading";
import { expectNoLeftovers } from "../support/leftovers.js";
import { stopResting } from "../workers/until.js";
import { warmUp } from "./warm-up.js";

await expectNoLeftovers({ warmUp });
const LIMIT = {
  timeout: 60_000,
  skip: process.platform === "linux" ? (false as const) : "needs /proc and shared memory",
};
const ROUNDS = [1, 2, 3, 4, 5, 6];

/** Has two workers; stops them in turn, and lets them go on. */
async function withEachStopped(body: (pool: Pool, other: number) => Promise<void>): Promise<void> {
  await using pool = new Pool(2);
  const barrier = new Barrier(2);
  const met = (): number => {
    barrier.waitSync();
    return process.pid;
  };
  const [first, second] = await pool.map(met, [1, 2], { chunkSize: 1 });
  for (const [stopped, other] of [
    [first!, second!],
    [second!, first!],
  ] as const) {
    await stopResting(stopped);
    try {
      await body(pool, other);
    } finally {
      process.kill(stopped, "SIGCONT");
    }
  }
}

test("a call does not wait for a worker that somebody stopped", LIMIT, () =>
  withEachStopped(async (pool, other) => {
    for (const round of ROUNDS) {
      assert.deepEqual(await pool.apply((given) => [given, process.pid], [round]), [round, other]);
    }
    const pids = await pool.map(() => process.pid, ROUNDS, { chunkSize: 1 });
    assert.deepEqual(new Set(pids), new Set([other]));
  }),
);

test("nor does a thread that blocks for its calls", LIMIT, () =>
  withEachStopped(async (pool, other) => {
    for (const round of ROUNDS) {
      const result = pool.applySync((given: number) => [given, process.pid], [round]);
      assert.deepEqual(result, [round, other]);
    }
    const pids = pool.mapSync(() => process.pid, ROUNDS, { chunkSize: 1 });
    assert.deepEqual(new Set(pids), new Set([other]));
  }),
);

test("a call does not wait for a thread that a former task left blocked", LIMIT, async () => {
  await using pool = new ThreadPool(2);
  const [blocked, gate] = [new Event(), new Event()];
  const leave = (): number => {
    setImmediate(() => {
      blocked.set();
      gate.waitSync();
    });
    return getIdent();
  };
  try {
    const ident = await pool.apply(leave);
    await blocked.wait();
    for (const round of ROUNDS) {
      const [given, where] = await pool.apply((one) => [one, getIdent()], [round]);
      assert.equal(given, round);
      assert.notEqual(where, ident);
    }
    for (const _ of ROUNDS) assert.notEqual(pool.applySync(getIdent), ident);
  } finally {
    gate.set();
  }
});

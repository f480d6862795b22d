import assert from "node:assert/strict";
import { test } from "node:test";
import { Manager } from "manyhands/multiprocessing";
import { expectNoLeftovers } from "../support/leftovers.js";
import { LIMIT, warmUp } from "./warm-up.js";

await expectNoLeftovers({ warmUp });

test("a manager's pool works in processes of the server's", LIMIT, async () => {
  await using manager = await Manager();
  const pool = await manager.Pool(1);
  const factor = 3;
  assert.equal(await pool.apply((a: number, b: number) => a + b, [1, 2]), 3);
  assert.deepEqual(await pool.map((x: number) => x * factor, new Set([1, 2, 3])), [3, 6, 9]);
  assert.deepEqual(
    pool.mapSync((x: number) => x + 1, [1]),
    [2],
  );
  assert.deepEqual(
    await pool.starmap(
      (a: number, b: number) => a * b,
      [
        [2, 3],
        [4, 5],
      ],
    ),
    [6, 20],
  );
  const result = await pool.applyAsync((x: number) => x, [7]);
  assert.equal(await result.get(), 7);
  assert.equal(await result.ready, true);
  const seen: number[] = [];
  for await (const item of await pool.imap((x: number) => -x, [1, 2])) seen.push(item);
  assert.deepEqual(seen, [-1, -2]);
  await assert.rejects(
    pool.apply(() => {
      throw new RangeError("not so");
    }),
    { name: "RangeError", message: "not so" },
  );
  await pool.close();
  assert.equal(await pool.join(), true);
});

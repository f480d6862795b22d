import assert from "node:assert/strict";
import { test } from "node:test";
import { TimeoutError } from "manyhands/errors";
import { sleep } from "manyhands/threading";

const LIMIT = { timeout: 60_000 };

test("a sleep takes a wait as every other call", LIMIT, async () => {
  assert.equal(await sleep(1, { timeoutMs: 60_000 }), undefined);
  await assert.rejects(sleep(60_000, { timeoutMs: 1 }), TimeoutError);
  await assert.rejects(sleep(60_000, { timeoutMs: 0 }), TimeoutError);
  await assert.rejects(sleep(1, { timeoutMs: -1 }), RangeError);
  await assert.rejects(sleep(1, { timeoutMs: Number.NaN }), RangeError);
  for (const bad of [5, null, { timeoutMs: "5" }, { signal: {} }, AbortSignal.abort()])
    await assert.rejects(sleep(1, bad as never), TypeError);
});

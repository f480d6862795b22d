import assert from "node:assert/strict";
import { test } from "node:test";
import { TimeoutError } from "manyhands/errors";
import { processes, threads } from "../contracts/backend.js";

const limit = { timeout: 20_000 };

for (const { name, sync } of [threads, processes]) {
  const { Lock, holdAll, holdAllSync } = sync;

  test(
    `holdAll of ${name} locks says which is late, and the time that was given`,
    limit,
    async () => {
      const [free, taken] = [new Lock({ name: "free" }), new Lock({ name: "taken" })];
      taken.acquireSync();
      const late = (error: unknown): boolean => {
        assert.ok(error instanceof TimeoutError);
        assert.match(error.message, /^Lock "taken" .*could not be had within the 30 ms/);
        return true;
      };
      await assert.rejects(holdAll([free, taken], { timeoutMs: 30 }), late);
      assert.throws(() => holdAllSync([taken, free], { timeoutMs: 30 }), late);
      assert.equal(free.locked, false);
    },
  );

  test(`holdAll of ${name} locks fails with the reason of an abort as it is`, limit, async () => {
    const taken = new Lock();
    taken.acquireSync();
    const reason = new TimeoutError("of the caller's own");
    const controller = new AbortController();
    const refused = assert.rejects(
      holdAll([new Lock(), taken], { signal: controller.signal }),
      (error) => error === reason,
    );
    controller.abort(reason);
    await refused;
  });
}

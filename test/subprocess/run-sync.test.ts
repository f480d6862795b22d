import assert from "node:assert/strict";
import { test } from "node:test";
import { CalledProcessError, TimeoutExpired } from "manyhands/errors";
import { runSync } from "manyhands/subprocess";
import { expectNoLeftovers } from "../support/leftovers.js";

await expectNoLeftovers();

const limit = { timeout: 60_000 };
const onLinux = { ...limit, skip: process.platform !== "linux" && "has no such signals" };

test("a blocking call tells what a program wrote that a real-time signal ended", onLinux, () => {
  const killed = ["sh", "-c", "echo out; kill -34 $$"];
  const options = { captureOutput: true, text: true } as const;
  const { returnCode, stdout } = runSync(killed, options);
  assert.deepEqual([returnCode, stdout], [0, "out\n"]);
  assert.throws(
    () => runSync(killed, { ...options, check: true }),
    (error) => {
      assert.ok(error instanceof CalledProcessError);
      assert.deepEqual([error.returnCode, error.signal, error.stdout], [0, null, "out\n"]);
      assert.match(error.message, /died with a signal without a name$/);
      return true;
    },
  );
});

test("a blocking call takes any time that the others take", limit, () => {
  for (const timeoutMs of [60_000.5, Infinity, Number.MAX_VALUE])
    assert.equal(runSync(["true"], { timeoutMs }).returnCode, 0);
  assert.throws(() => runSync(["sleep", "60"], { timeoutMs: 0.5 }), TimeoutExpired);
});

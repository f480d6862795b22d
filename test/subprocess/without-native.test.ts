import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { test } from "node:test";
import { run, STDOUT } from "manyhands/subprocess";
import { expectNoLeftovers } from "../support/leftovers.js";

await expectNoLeftovers();

const limit = { timeout: 60_000 };

for (const part of ["run", "popen", "stopping"]) {
  test(`the tests of ${part} pass without native code`, limit, async () => {
    const file = fileURLToPath(new URL(`${part}.test.js`, import.meta.url));
    const env = { ...process.env, MANYHANDS_PLATFORM: "none", NODE_TEST_CONTEXT: undefined };
    const { returnCode, stdout } = await run([process.execPath, file], {
      env,
      stdout: "pipe",
      stderr: STDOUT,
      text: true,
    });
    assert.equal(returnCode, 0, stdout);
  });
}

import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { test } from "node:test";
import { FORK_FLAGS } from "#internal/workers/exec-argv.js";
import { processContract } from "../contracts/process.js";
import { expectNoLeftovers } from "../support/leftovers.js";
import { runScript } from "../support/run-program.js";

await expectNoLeftovers();

const linux = process.platform === "linux" ? false : "only Linux can fork";
const program = fileURLToPath(new URL("../fixtures/fork-contract.js", import.meta.url));

processContract.forEach((clause, index) => {
  test(`fork: ${clause.name}`, { skip: linux, timeout: 60_000 }, async () => {
    const done = await runScript(program, { execArgv: FORK_FLAGS, args: [String(index)] });
    assert.equal(done.code, 0, done.stdout + done.stderr);
    assert.equal(done.stdout.trim(), "kept");
  });
});

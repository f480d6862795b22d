import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { packageRoot } from "../support/package-root.js";
import { runScript } from "../support/run-program.js";

const outputs: Record<string, string> = {
  family: "MainProcess > Process-1 > Process-1:1\n",
  "exit-codes": "returns 0\nexits 3\nthrows 1\nspins -15\n",
  "tcp-server": "you said hello\nyou said goodbye\n",
};

for (const [name, expected] of Object.entries(outputs)) {
  test(`the example ${name} prints what it should`, { timeout: 60_000 }, async () => {
    const file = join(packageRoot, "build", "examples", "multiprocessing", `${name}.js`);
    const { stdout, stderr, code } = await runScript(file);
    assert.equal(stdout, expected, stderr);
    assert.equal(code, 0);
  });
}

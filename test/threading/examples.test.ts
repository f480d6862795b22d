import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { packageRoot } from "../support/package-root.js";
import { runScript } from "../support/run-program.js";

const outputs: Record<string, string> = {
  subclass: "primes below 100: 25\nprimes below 1000: 168\nprimes below 10000: 1229\n",
  timer: "the green tea is ready\ntrue undefined\n",
};

for (const [name, expected] of Object.entries(outputs)) {
  test(`the example ${name} prints what it should`, { timeout: 60_000 }, async () => {
    const file = join(packageRoot, "build", "examples", "threading", `${name}.js`);
    const { stdout, stderr, code } = await runScript(file);
    assert.equal(stdout, expected, stderr);
    assert.equal(code, 0);
  });
}

/**
 * Checks that each example of a folder prints what it should, and that none is forgotten. A set
 * holds the lines where their order is not certain.
 */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { packageRoot } from "./package-root.js";
import { runScript } from "./run-program.js";

export function examplesPrint(
  folder: string,
  outputs: Readonly<Record<string, string | ReadonlySet<string>>>,
): void {
  const path = join(packageRoot, "build", "examples", folder);

  test(`every example of ${folder} has its expected output`, () => {
    const examples = readdirSync(path).filter((name) => name.endsWith(".js"));
    const names = examples.map((name) => name.slice(0, -".js".length));
    assert.deepEqual(new Set(names), new Set(Object.keys(outputs)));
  });

  for (const [name, expected] of Object.entries(outputs)) {
    test(`the example ${name} prints what it should`, { timeout: 60_000 }, async () => {
      const { stdout, stderr, code } = await runScript(join(path, `${name}.js`));
      if (typeof expected === "string") assert.equal(stdout, expected, stderr);
      else {
        const lines = stdout.trimEnd().split("\n");
        assert.deepEqual(new Set(lines), expected, stderr);
        assert.equal(lines.length, expected.size, stdout);
      }
      assert.equal(code, 0, stderr);
    });
  }
}

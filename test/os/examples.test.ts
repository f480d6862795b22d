import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { checkOutput } from "manyhands/subprocess";
import { packageRoot } from "../support/package-root.js";

test("who-and-where tells of the process", { timeout: 60_000 }, async () => {
  const file = join(packageRoot, "build", "examples", "os", "who-and-where.js");
  const output = await checkOutput([process.execPath, file], { text: true });
  assert.match(output, new RegExp(`^process \\d+, started by ${process.pid}\\n`));
  assert.match(output, /\n(\d+) of (\d+) processors are for us\n/);
  const [, before, after] = /niceness (-?\d+), then (-?\d+)\n$/.exec(output)!.map(Number);
  assert.equal(after, Math.min(19, before! + 1));
});

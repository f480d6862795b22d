import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { examplesPrint } from "../support/examples-print.js";
import { packageRoot } from "../support/package-root.js";
import { runScript } from "../support/run-program.js";

examplesPrint("scheduling", {
  "shortest-first": "fifo: long, a, b, c\nsjf: c, b, a, long\n",
  slices: "fifo: long, middle, short\nrr:   short, middle, long\nmlfq: short, middle, long\n",
  "of-your-own": "a1 b1 c1 a2 b2 a3 a4\n",
});

test("the picture in the guide is what the policies do", { timeout: 60_000 }, async () => {
  const { stdout, stderr } = await runScript(join(packageRoot, "scripts", "draw-schedules.mjs"));
  const page = readFileSync(join(packageRoot, "docs", "guide", "scheduling.md"), "utf8");
  assert.ok(page.includes(`\`\`\`text\n${stdout}\`\`\``), stdout || stderr);
});

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { bundle } from "../carry/functions/support/tools.ts";
import { packageRoot } from "../support/package-root.js";
import { runScript } from "../support/run-program.js";

const PROGRAM = `
  import { run, sleep } from "manyhands/asyncio";
  import { errors, sched, threading } from "manyhands";
  import { Lock } from "manyhands/threading";
  await run(() => sleep(1));
  console.log(new threading.Lock() instanceof Lock, errors.TimeoutError.name);
  console.log(typeof sched.Scheduler);
`;

test("a bundler can put the package into one file", { timeout: 120_000 }, async (context) => {
  const elsewhere = mkdtempSync(join(tmpdir(), "bundled-"));
  const inside = mkdtempSync(join(packageRoot, "build", "program-"));
  context.after(() => {
    for (const folder of [elsewhere, inside]) rmSync(folder, { recursive: true, force: true });
  });
  writeFileSync(join(inside, "program.mjs"), PROGRAM);
  const bundled = join(elsewhere, "bundled.mjs");
  if (!bundle(join(inside, "program.mjs"), bundled, [])) {
    return context.skip("esbuild cannot be installed here");
  }
  const { stdout, stderr } = await runScript(bundled);
  assert.equal(stdout, "true TimeoutError\nfunction\n", stderr);
});

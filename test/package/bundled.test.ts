import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { bundle, WITH_REQUIRE } from "../carry/functions/support/tools.ts";
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

const MAPPING = `
  import { Pool } from "manyhands/multiprocessing";
  try {
    const pool = new Pool(1);
    const factor = 7;
    console.log(await pool.map((n) => n * factor, [1, 2]));
    await pool.terminate();
  } catch (error) {
    console.log(error.message);
  }
`;

/** What the program writes when esbuild has bundled it; undefined where that cannot be had. */
async function bundledOutput(
  context: TestContext,
  program: string,
  { flags = [], inPackage = false }: { flags?: readonly string[]; inPackage?: boolean } = {},
): Promise<string | undefined> {
  const elsewhere = mkdtempSync(join(tmpdir(), "bundled-"));
  const inside = mkdtempSync(join(packageRoot, "build", "program-"));
  context.after(() => {
    for (const folder of [elsewhere, inside]) rmSync(folder, { recursive: true, force: true });
  });
  writeFileSync(join(inside, "program.mjs"), program);
  const bundled = join(inPackage ? inside : elsewhere, "bundled.mjs");
  if (!bundle(join(inside, "program.mjs"), bundled, flags)) return undefined;
  const { stdout, stderr } = await runScript(bundled);
  assert.equal(stderr, "");
  return stdout;
}

const MISSING = "esbuild cannot be installed here";
const LIMIT = { timeout: 120_000 };

test("a bundler can put what needs no other thread into one file", LIMIT, async (context) => {
  const output = await bundledOutput(context, PROGRAM);
  if (output === undefined) return context.skip(MISSING);
  assert.equal(output, "true TimeoutError\nfunction\n");
});

test("a bundle that has the whole package says to leave it out", LIMIT, async (context) => {
  // Where koffi is found, too.
  const options = { flags: [WITH_REQUIRE], inPackage: true };
  const output = await bundledOutput(context, MAPPING, options);
  if (output === undefined) return context.skip(MISSING);
  assert.match(output, /^manyhands needs .*\.cjs, which is not there: .*--external:manyhands/);
});

test("a bundle that leaves the package out has all of it", LIMIT, async (context) => {
  const options = { flags: ["--external:manyhands", "--minify"], inPackage: true };
  const output = await bundledOutput(context, MAPPING, options);
  if (output === undefined) return context.skip(MISSING);
  assert.equal(output, "[ 7, 14 ]\n");
});

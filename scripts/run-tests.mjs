// Runs the compiled tests with the Node that runs this script. Arguments select files by a part of their path;
// files under build/test/stress run only when they are named.
import { readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import { root } from "./prepare.mjs";

const wanted = process.argv.slice(2);
const base = join(root, "build", "test");
const files = readdirSync(base, { recursive: true })
  .filter((name) => name.endsWith(".test.js"))
  .filter((name) =>
    wanted.length > 0 ? wanted.some((part) => name.includes(part)) : !name.startsWith("stress"),
  )
  .map((name) => join(base, name))
  .sort();
if (files.length === 0) {
  console.error(`no test file matches ${wanted.join(" ")}`);
  process.exit(1);
}

const counts = { passed: 0, failed: 0, skipped: 0 };
const isFile = (event) => files.includes(event.name);
const tests = run({ files, concurrency: 2, timeout: 300_000 });
tests.on("test:pass", (event) => {
  if (event.details?.type === "suite" || isFile(event)) return;
  counts[event.skip ? "skipped" : "passed"]++;
});
tests.on("test:fail", (event) => {
  if (event.details?.type === "suite") return;
  counts.failed++;
  process.exitCode = 1;
});
process.on("exit", () => {
  console.log(`node ${process.version}, ${files.length} files from ${relative(root, base)}`);
  console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
});
tests.compose(new spec()).pipe(process.stdout);

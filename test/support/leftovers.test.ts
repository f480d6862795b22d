import assert from "node:assert/strict";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { join } from "node:path";
import { packageRoot } from "./package-root.js";
import { type ProgramResult, runSource } from "./run-program.js";

const support = pathToFileURL(join(packageRoot, "build", "test", "support", "leftovers.js")).href;
const linuxOnly = { skip: process.platform === "linux" ? false : "reads /proc", timeout: 60_000 };

/** Runs a test file with one test of this body. */
function testing(body: string): Promise<ProgramResult> {
  return runSource(`
    import { test } from "node:test";
    import { spawn } from "node:child_process";
    import { openSync, writeFileSync, rmSync } from "node:fs";
    import { tmpdir } from "node:os";
    import { Worker } from "node:worker_threads";
    import { expectNoLeftovers } from "${support}";
    await expectNoLeftovers();
    test("does something", async () => { ${body} });
  `);
}

test("a file that cleans up passes", linuxOnly, async () => {
  const { code, stdout } = await testing(`
    const child = spawn("sleep", ["1000"]);
    setTimeout(() => child.kill(), 50);
    new Worker("", { eval: true });
  `);
  assert.equal(code, 0, stdout);
});

test(
  "a process, a thread, a descriptor and a file left behind are all found",
  linuxOnly,
  async () => {
    const { code, stderr } = await testing(`
    const child = spawn("sleep", ["1000"], { stdio: "ignore" });
    const worker = new Worker("setInterval(() => {}, 1000)", { eval: true });
    openSync("/dev/zero");
    writeFileSync(tmpdir() + "/manyhands-left", "");
    const tell = console.error;
    console.error = (text) => {
      tell(text);
      child.kill();
      worker.terminate();
      rmSync(tmpdir() + "/manyhands-left");
    };
  `);
    assert.equal(code, 1);
    assert.match(stderr, /process sleep/);
    assert.match(stderr, /worker thread/);
    assert.match(stderr, /descriptor of \/dev\/zero/);
    assert.match(stderr, /manyhands-left/);
  },
);

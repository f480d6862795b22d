// Runs the compiled tests with the Node that runs this script, each file in a process of its own,
// three at a time, since many of them wait most of the time. Arguments select files by a part of
// their path; files under build/test/stress run only when an argument names them.
//
// Each file gets a process group and a temporary folder of its own. A file that does not end in
// time is killed with all its children and counts as failed; so does one that leaves a process or
// a temporary file behind. At the end the failed ones are listed once more, shortly.
//
// Files that took long the last time begin first, so that none of them runs alone at the end.
import { spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { describeFailure } from "./failures.mjs";
import { root } from "./prepare.mjs";

const AT_ONCE = 3;
const LIMIT_S = Number(process.env.MANYHANDS_TEST_LIMIT_S ?? 180);
const STRESS_LIMIT_S = 900;

const base = join(root, "build", "test");
const recorder = pathToFileURL(join(root, "scripts", "record-tests.mjs")).href;
const records = join(root, "build", ".records");
/** How many seconds each file took when it last ran. */
const timesFile = join(root, "build", ".times.json");
const times = existsSync(timesFile) ? JSON.parse(readFileSync(timesFile, "utf8")) : {};
const running = new Set();
const totals = { passed: 0, failed: 0, skipped: 0 };
const failures = [];

function select(wanted) {
  const compiled = readdirSync(base, { recursive: true, encoding: "utf8" });
  const names = compiled.map((name) => name.replaceAll("\\", "/"));
  const files = names.filter((name) => name.endsWith(".test.js")).sort();
  if (wanted.length === 0) return files.filter((name) => !name.startsWith("stress/"));
  return files.filter((name) => wanted.some((part) => name.includes(part)));
}

/**
 * Children that a test starts as plain `node` are to be this Node too. Only the tests of the
 * package speak with the world, through npm; others need no certificates, which Node 20 reads at
 * each start.
 */
function environment(name, folder) {
  const path = dirname(process.execPath) + delimiter + process.env.PATH;
  const { NODE_TEST_CONTEXT: _, ...rest } = process.env;
  if (!name.startsWith("package/")) delete rest.NODE_EXTRA_CA_CERTS;
  const temporary = { TMPDIR: folder, TMP: folder, TEMP: folder };
  // npm and tsc would leave their compiled code in the temporary folder.
  return { ...rest, PATH: path, ...temporary, NODE_DISABLE_COMPILE_CACHE: "1" };
}

/**
 * The processes that a file's process started, directly or not, and that still run (Linux only):
 * those of its session, and those that inherited its temporary folder in their environment.
 */
function leftoverProcesses(session, folder) {
  if (process.platform !== "linux") return [];
  return readdirSync("/proc").filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      const [state, , , sessionId] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      if (state === "Z") return false;
      if (Number(sessionId) === session) return true;
      return readFileSync(`/proc/${pid}/environ`, "utf8").includes(`TMPDIR=${folder}`);
    } catch {
      return false; // it ended while we looked, or belongs to someone else
    }
  });
}

function kill(pid) {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // it is gone already
  }
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Starts one test file; resolves when its process has ended, or was killed at its limit. */
function execute(name, record, folder) {
  const limitS = name.startsWith("stress/") ? STRESS_LIMIT_S : LIMIT_S;
  const reporters = [
    "--test-reporter=spec",
    "--test-reporter-destination=stdout",
    `--test-reporter=${recorder}`,
    `--test-reporter-destination=${record}`,
  ];
  const child = spawn(process.execPath, [...reporters, join(base, name)], {
    cwd: root,
    env: environment(name, folder),
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  running.add(child);
  const output = [];
  child.stdout.on("data", (chunk) => output.push(chunk));
  child.stderr.on("data", (chunk) => output.push(chunk));
  let late = false;
  const limit = setTimeout(() => {
    late = true;
    if (child.pid === undefined) return;
    kill(-child.pid);
    kill(child.pid);
  }, limitS * 1000);
  return new Promise((resolve) => {
    // "close" waits for all who hold the output; a child left behind must not make us wait.
    child.once("exit", (code, signal) => {
      clearTimeout(limit);
      const finish = () => {
        running.delete(child);
        child.stdout.destroy();
        child.stderr.destroy();
        const ending = late
          ? `did not end within ${limitS} s`
          : `ended with ${signal ?? `exit code ${code}`}`;
        resolve({ ok: code === 0, ending, pid: child.pid, output: Buffer.concat(output) });
      };
      const patience = setTimeout(finish, 1000);
      child.once("close", () => {
        clearTimeout(patience);
        finish();
      });
    });
  });
}

/** What the file left behind, in words; takes it away. Dying children get a moment to do so. */
async function cleanUp(pid, folder) {
  for (let waits = 0; waits < 200 && leftoverProcesses(pid, folder).length > 0; waits++)
    await pause(50);
  const faults = [];
  for (const left of leftoverProcesses(pid, folder)) {
    const command = existsSync(`/proc/${left}/cmdline`)
      ? readFileSync(`/proc/${left}/cmdline`, "utf8").replaceAll("\0", " ").trim()
      : "";
    faults.push(`left process ${left} running: ${command}`);
    kill(Number(left));
  }
  for (const left of readdirSync(folder)) faults.push(`left ${left} in the temporary folder`);
  rmSync(folder, { recursive: true, force: true });
  return faults;
}

async function runFile(name) {
  const started = performance.now();
  const record = join(records, `${name.replaceAll("/", "_")}.jsonl`);
  const folder = mkdtempSync(join(tmpdir(), "test-"));
  const { ok, ending, pid, output } = await execute(name, record, folder);
  const faults = await cleanUp(pid, folder);
  const lines = existsSync(record) ? readFileSync(record, "utf8").trim().split("\n") : [];
  const tests = lines.filter(Boolean).map((line) => JSON.parse(line));
  const count = (outcome) => tests.filter((test) => test.outcome === outcome).length;
  if (!ok && count("failed") === 0) faults.push(ending);
  if (ok && tests.length === 0) faults.push("has no tests");
  report(name, started, tests, count, faults, output);
}

function report(name, started, tests, count, faults, output) {
  const failed = count("failed") + faults.length;
  totals.passed += count("passed");
  totals.failed += failed;
  totals.skipped += count("skipped");
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  times[name] = Number(seconds);
  const mark = failed === 0 ? "ok  " : "FAIL";
  console.log(`${mark} ${name}: ${count("passed")} passed, ${failed} failed, ${seconds} s`);
  for (const { outcome, name: test, reason } of tests) {
    if (outcome === "skipped") console.log(`     skipped: ${test}${reason ? ` (${reason})` : ""}`);
  }
  if (failed > 0) {
    const ofTests = tests.filter(({ outcome }) => outcome === "failed");
    failures.push(describeFailure(name, ofTests, faults, output.toString()));
    console.log(output.toString().replace(/^/gm, "     | "));
    for (const fault of faults) console.log(`     ${name} ${fault}`);
  }
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.once(signal, () => {
    for (const child of running) kill(-child.pid);
    process.exit(1);
  });
}

const wanted = process.argv.slice(2);
const files = select(wanted);
if (files.length === 0) {
  console.error(`no test file matches ${wanted.join(" ")}`);
  process.exit(1);
}
rmSync(records, { recursive: true, force: true });
mkdirSync(records, { recursive: true });
console.log(`node ${process.version}, ${files.length} test files`);
const took = (name) => times[name] ?? Infinity;
const waiting = [...files].sort((a, b) => (took(a) === took(b) ? 0 : took(b) - took(a)));
const lane = async () => {
  while (waiting.length > 0) await runFile(waiting.shift());
};
await Promise.all(Array.from({ length: AT_ONCE }, lane));
console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
writeFileSync(timesFile, JSON.stringify(times));
if (failures.length > 0) console.log(`\nfailed:\n${failures.join("\n")}`);
process.exitCode = totals.failed > 0 ? 1 : 0;

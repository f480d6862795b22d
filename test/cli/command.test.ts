import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, test } from "node:test";
import { pathToFileURL } from "node:url";
import { expectNoLeftovers } from "../support/leftovers.js";
import { packageRoot } from "../support/package-root.js";
import { type ProgramResult, runScript } from "../support/run-program.js";

await expectNoLeftovers();

const main = join(packageRoot, "dist", "cli", "main.js");
const manyhands = (...args: string[]): Promise<ProgramResult> =>
  runScript(main, { args, timeoutMs: 120_000 });
const limit = { timeout: 150_000 };
const folder = mkdtempSync(join(tmpdir(), "manyhands-command-"));
after(() => rmSync(folder, { recursive: true }));

test("help names every command", limit, async () => {
  const { stdout, code } = await manyhands("--help");
  assert.equal(code, 0);
  assert.match(stdout, /manyhands tour/);
  assert.match(stdout, /manyhands doctor/);
});

test("each command tells what it takes", limit, async () => {
  for (const [name, usage] of [
    ["run", /^manyhands run \[--start-method fork\|forkserver\|spawn\] script\.ts/],
    ["tour", /^manyhands tour\b/],
    ["doctor", /^manyhands doctor\b/],
  ] as const)
    for (const option of ["--help", "-h"]) {
      const { stdout, stderr, code } = await manyhands(name, option);
      assert.deepEqual([stderr, code], ["", 0]);
      assert.match(stdout, usage);
    }
});

test("a script's own --help is the script's", limit, async () => {
  const script = join(folder, "helped.mjs");
  writeFileSync(script, "console.log(process.argv.slice(2).join());\n");
  assert.equal((await manyhands("run", script, "--help")).stdout, "--help\n");
});

test("a SIGINT of a supervisor reaches the program, once", limit, async () => {
  const script = join(folder, "told.mjs");
  const lines = [
    "const limit = setTimeout(() => process.exit(9), 30_000);",
    "process.on('SIGINT', () => {",
    "  console.log('told');",
    "  clearTimeout(limit);",
    "  process.exitCode = 3;",
    "});",
    "console.log('ready');",
  ];
  writeFileSync(script, lines.join("\n"));
  // In a session of its own, where there is no terminal.
  const child = spawn(process.execPath, [main, "run", script], {
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const said = text(child.stdout);
  child.stdout.once("data", () => child.kill("SIGINT"));
  const [code] = (await once(child, "close")) as [number | null];
  assert.deepEqual([await said, code], ["ready\ntold\n", 3]);
});

test("the command alone prints the help and fails", limit, async () => {
  const { stdout, code } = await manyhands();
  assert.equal(code, 1);
  assert.match(stdout, /manyhands --help/);
});

test("the version is that of the package", limit, async () => {
  const { stdout } = await manyhands("--version");
  assert.match(stdout, /^\d+\.\d+\.\d+\n$/);
});

test("an unknown command or option is named", limit, async () => {
  const command = await manyhands("fly");
  assert.equal(command.code, 1);
  assert.match(command.stderr, /there is no command "fly"/);
  const option = await manyhands("--fly");
  assert.equal(option.code, 1);
  assert.match(option.stderr, /--fly/);
});

test("a reader that has seen enough ends the tour without a complaint", limit, async () => {
  const tour = spawn(process.execPath, [main, "tour"], { stdio: ["ignore", "pipe", "pipe"] });
  tour.stdout.once("data", () => tour.stdout.destroy());
  const complaints = text(tour.stderr);
  const [code, signal] = (await once(tour, "close")) as [number, string | null];
  assert.equal(await complaints, "");
  assert.deepEqual([code, signal], [1, null]);
});

test("the name of something every object has is no command", limit, async () => {
  const { stderr, code } = await manyhands("toString");
  assert.equal(code, 1);
  assert.match(stderr, /there is no command "toString"/);
});

test("the doctor answers each question with yes or no", limit, async () => {
  const { stdout, code } = await manyhands("doctor");
  const answers = stdout.split("\n").filter((line) => /^(yes|no ) {2}/.test(line));
  assert.ok(answers.some((line) => line.includes(process.versions.node)));
  assert.ok(answers.some((line) => line.includes("fork server")));
  assert.equal(code, answers.every((line) => line.startsWith("yes")) ? 0 : 1);
});

test("the doctor says why memory cannot be shared", limit, async () => {
  const env = { MANYHANDS_PLATFORM: "none" };
  const { stdout, code } = await runScript(main, { args: ["doctor"], env });
  assert.match(stdout, /^no .*shared memory/m);
  assert.match(stdout, /because MANYHANDS_PLATFORM=none switches it off/);
  assert.match(stdout, /^no .*fork server.*\n +because native calls are switched off/m);
  assert.equal(code, 1);
});

test("the doctor says which versions of Node are too old", limit, async () => {
  const { engines } = JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8")) as {
    engines: { node: string };
  };
  assert.equal(engines.node, "^20.19.0 || >=22.12.0");
  const versions = { "20.18.3": "no ", "20.19.0": "yes", "21.7.3": "no ", "22.11.0": "no " };
  for (const [node, answer] of Object.entries({ ...versions, "22.12.0": "yes", "23.0.0": "yes" })) {
    const value = `{ ...process.versions, node: "${node}" }`;
    const code = `Object.defineProperty(process, "versions", { value: ${value} })`;
    const execArgv = ["--import", `data:text/javascript,${encodeURIComponent(code)}`];
    const env = { MANYHANDS_PLATFORM: "none" };
    const { stdout } = await runScript(main, { args: ["doctor"], execArgv, env });
    assert.match(stdout, new RegExp(`^${answer}  Node\\.js +Node\\.js ${node}\n`), node);
  }
});

test("the tour finds everything as told", limit, async () => {
  const { stdout, code } = await manyhands("tour");
  assert.equal(code, 0, stdout);
  assert.match(stdout, /things seen, 0 not as told/);
});

test("a stop of the tour can be visited alone", limit, async () => {
  const { stdout, code } = await manyhands("tour", "errors");
  assert.equal(code, 0);
  assert.match(stdout, /1\/1 errors/);
  assert.equal((await manyhands("tour", "nowhere")).code, 1);
});

test("a script in TypeScript runs where this Node can, or says what to do", limit, async () => {
  const script = join(folder, "typed.mts");
  writeFileSync(script, "const n: number = 6;\nconsole.log(n * 7);\n");
  const { stdout, stderr, code } = await manyhands("run", script);
  if (Number.parseInt(process.versions.node) >= 22) assert.equal(stdout, "42\n", stderr);
  else {
    assert.equal(code, 1);
    assert.match(stderr, /^manyhands run: Node \S+ does not run TypeScript; install tsx/);
  }
});

test("a program with loader hooks is told that it cannot be forked", limit, async () => {
  const [script, hooks] = [join(folder, "plain.mjs"), join(folder, "hooks.mjs")];
  writeFileSync(script, "console.log('ran');\n");
  writeFileSync(hooks, "export const resolve = (name, context, next) => next(name, context);\n");
  const { stdout, stderr, code } = await runScript(main, {
    args: ["run", "--start-method", "fork", script],
    env: { NODE_OPTIONS: `--loader=${pathToFileURL(hooks).href}` },
    timeoutMs: 120_000,
  });
  assert.deepEqual([stdout, code], ["", 1]);
  assert.match(stderr, /loader hooks \(--loader=\S+\) do not survive a fork/);
});

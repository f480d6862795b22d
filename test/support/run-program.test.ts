import assert from "node:assert/strict";
import { test } from "node:test";
import { runSource } from "./run-program.js";

const limit = { timeout: 60_000 };

test("a program can import the package and its output and code come back", limit, async () => {
  const result = await runSource(
    `import { TimeoutError } from "manyhands/errors";
     console.log(TimeoutError.name, process.argv[2], process.env.COLOUR);
     console.error("aside");
     process.exitCode = 3;`,
    { args: ["one"], env: { COLOUR: "red" } },
  );
  assert.deepEqual(result, {
    stdout: "TimeoutError one red\n",
    stderr: "aside\n",
    code: 3,
    signal: null,
    timedOut: false,
  });
});

test("a program that does not end is killed", limit, async () => {
  const result = await runSource("setInterval(() => {}, 1000)", { timeoutMs: 300 });
  assert.equal(result.signal, "SIGKILL");
  assert.ok(result.timedOut);
});

test("a program reads its input", limit, async () => {
  const { stdout } = await runSource("process.stdin.pipe(process.stdout)", { input: "echo" });
  assert.equal(stdout, "echo");
});

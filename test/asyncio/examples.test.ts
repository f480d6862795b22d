import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { packageRoot } from "../support/package-root.js";
import { runScript } from "../support/run-program.js";

const EXPECTED: Readonly<Record<string, string>> = {
  cancelling: `working
cleaning up: 1 cancellation
cancelled: no longer needed
<Task "worker" cancelled>
`,
  "coroutine-objects": `not started yet
true pending
started
done fulfilled
true
started
`,
  "echo-server": "HELLO!\nWORLD!\n",
  "event-loop": "now\nsoon\na task of the loop\nlater\n",
  "one-after-the-other": `in turn: foo begins, foo ends, bar begins, bar ends
side by side: foo begins, bar begins, foo ends, bar ends
`,
  "producer-consumer": "sum: 55\n",
  switching: "without await: a1 a2 b1 b2\nwith checkpoint: a1 b1 a2 b2\n",
  "task-group": "ended: 1\nended: 2\nended: 200\nfailed: [ 'part 2 is missing' ]\n",
  timeouts: "waitFor: true\ntimeout: had more time\n",
  "two-tasks": "1\n3\n2\n4\n",
  "wait-and-gather": `await: one
gather: [ 'slow', 'quick' ]
gather fails with the first error: no answer
errors as results: [ 'quick', 'Error: no answer' ]
wait, done: a
wait, pending: 1
`,
};

const folder = join(packageRoot, "build", "examples", "asyncio");
const examples = readdirSync(folder)
  .filter((name) => name.endsWith(".js"))
  .sort((a, b) => (a < b ? -1 : 1));

test("every example has its expected output here", () => {
  assert.deepEqual(
    examples.map((name) => name.slice(0, -".js".length)),
    Object.keys(EXPECTED),
  );
});

for (const name of examples) {
  test(`the example ${name} prints what it should`, { timeout: 60_000 }, async () => {
    const { stdout, stderr, code } = await runScript(join(folder, name));
    assert.equal(stdout, EXPECTED[name.slice(0, -".js".length)], stderr);
    assert.equal(code, 0, stderr);
  });
}

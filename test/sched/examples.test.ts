import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { checkOutput } from "manyhands/subprocess";
import { packageRoot } from "../support/package-root.js";

const limit = { timeout: 60_000 };

const output = (name: string): Promise<string> =>
  checkOutput([process.execPath, join(packageRoot, "build", "examples", "sched", name)], {
    text: true,
  });

test("reminders come in their order", limit, async () => {
  assert.equal(
    await output("reminders.js"),
    `3 reminders
time to make coffee
time to open the mail
time to go home
the day is over
`,
  );
});

test("every does not drift", limit, async () => {
  const expected = "tick at 10\ntick at 20\ntick at 30\ndone at 33\n";
  assert.equal(await output("every.js"), expected);
});

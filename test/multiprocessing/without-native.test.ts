import assert from "node:assert/strict";
import { test } from "node:test";
import { expectNoLeftovers } from "../support/leftovers.js";
import { runSource } from "../support/run-program.js";
import { programHead } from "../workers/program-head.js";
import { runs, until } from "../workers/until.js";

await expectNoLeftovers();
const options = { env: { MANYHANDS_PLATFORM: "none" } };

test("processes run without native calls", { timeout: 60_000 }, async () => {
  const program = await runSource(
    `${programHead}
    console.log(getStartMethod());
    const child = await new Process({ target: targets.add, args: [1, 2] }).start();
    console.log(await child.result(), await child.join(), child.exitCode);
    const blocked = await new Process({ target: targets.exitWith, args: [3] }).start();
    console.log(blocked.joinSync({ timeoutMs: 40_000 }), blocked.exitCode);
    const spinning = await new Process({ target: targets.spin }).start();
    console.log(spinning.joinSync({ timeoutMs: 20 }));
    spinning.kill();
    console.log(spinning.joinSync({ timeoutMs: 40_000 }), spinning.exitCode);
    const failing = new Process({ target: targets.fail, stdio: "ignore" });
    await failing.start();
    try { failing.resultSync(); } catch (error) { console.log(error.message); }
    await failing.join();
    `,
    options,
  );
  const expected = "spawn\n3 true 0\ntrue 3\nfalse\ntrue -9\nit went wrong\n";
  assert.equal(program.stdout, expected, program.stderr);
  assert.equal(program.code, 0);
});

test("processors are not chosen without native calls", { timeout: 60_000 }, async () => {
  const program = await runSource(
    `${programHead}
    import { Thread } from "manyhands/threading";
    for (const Kind of [Process, Thread]) {
      try { new Kind({ target: targets.spin, affinity: [0] }); }
      catch (error) { console.log(error.name, error.message); }
    }
    `,
    options,
  );
  const refused = "UnsupportedPlatformError affinity needs native calls, .* here\n";
  assert.match(program.stdout, new RegExp(`^(${refused}){2}$`), program.stderr);
});

test(
  "daemons without native calls end with their parent when their loop turns",
  {
    timeout: 60_000,
  },
  async () => {
    const program = await runSource(
      `${programHead}
    await new Process({ target: targets.wait, args: [60_000], daemon: true }).start();
    `,
      options,
    );
    assert.equal(program.code, 0, program.stderr);
  },
);

test("they do so when their parent is killed", { timeout: 60_000 }, async () => {
  const program = await runSource(
    `${programHead}
    const child = new Process({ target: targets.wait, args: [600_000], daemon: true });
    await child.start();
    console.log(child.pid);
    process.kill(process.pid, "SIGKILL");
    `,
    options,
  );
  const pid = Number(program.stdout);
  assert.ok(pid > 0, program.stderr);
  await until(() => !runs(pid), "the end of the child");
});

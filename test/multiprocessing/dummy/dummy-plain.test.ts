/** Threads need no memory shared between processes. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { runSource } from "../../support/run-program.js";

test("dummy works where no memory is shared between processes", { timeout: 60_000 }, async () => {
  const program = await runSource(
    `import * as dummy from "manyhands/multiprocessing/dummy";
    const [mine, theirs] = dummy.Pipe();
    const child = await new dummy.Process({ target: (end) => end.send(1), args: [theirs] }).start();
    console.log(await mine.recv(), await child.join(), child.exitCode);
    const manager = await dummy.Manager();
    const list = await manager.list([1, 2]);
    const pool = new dummy.Pool(1);
    console.log(await pool.apply((items) => items.length(), [list]));
    await pool.terminate();
    // Neither the manager nor anything else keeps the program.
    `,
    { env: { MANYHANDS_PLATFORM: "none" }, timeoutMs: 30_000 },
  );
  assert.equal(program.stdout, "1 true 0\n2\n", program.stderr);
  assert.equal(program.code, 0);
});

/** Nodes that may do less: options that take away what the library uses, and little room. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { expectNoLeftovers } from "../support/leftovers.js";
import { runSource } from "../support/run-program.js";
import { programHead } from "../workers/program-head.js";

await expectNoLeftovers();
const LIMIT = { timeout: 60_000, skip: process.platform === "linux" ? false : "needs Linux" };

/** Uses memory that processes share, from the default start method and from `spawn`. */
const SHARES = `${programHead}
  import { Pool, Queue } from "manyhands/multiprocessing";
  const factor = 3;
  for (const startMethod of [getStartMethod(), "spawn"]) {
    const pool = new Pool({ processes: 1, startMethod });
    console.log(startMethod, ...await pool.map((n) => n * factor, [1, 2]));
    await pool.terminate();
    const queue = new Queue();
    const child = new Process({ target: () => queue.put(4), startMethod });
    await child.start();
    console.log(await queue.get());
    await child.join();
  }
`;

test("processes share memory without WebAssembly", LIMIT, async () => {
  const { stdout, stderr } = await runSource(SHARES, { execArgv: ["--jitless"] });
  assert.equal(stdout, "forkserver 3 6\n4\nspawn 3 6\n4\n", stderr);
});

test("they do so without the room that WebAssembly takes", LIMIT, async () => {
  const again = `
    import { spawnSync } from "node:child_process";
    const limited = 'ulimit -v 8000000; exec "$0" "$1" limited';
    const argv = ["-c", limited, process.execPath, process.argv[1]];
    if (process.argv[2] === undefined) {
      process.exit(spawnSync("sh", argv, { stdio: "inherit" }).status);
    }
  `;
  const { stdout, stderr } = await runSource(again + SHARES);
  assert.equal(stdout, "forkserver 3 6\n4\nspawn 3 6\n4\n", stderr);
});

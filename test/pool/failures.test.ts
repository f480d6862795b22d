import assert from "node:assert/strict";
import { test } from "node:test";
import { Pool, ThreadPool } from "manyhands/multiprocessing";
import { expectNoLeftovers } from "../support/leftovers.js";
import { runSource } from "../support/run-program.js";
import { failuresContract } from "./failures-contract.js";

const LIMIT = { timeout: 60_000, skip: process.platform === "linux" ? false : "needs Linux" };

/** Makes what lives as long as the program: the fork server, the doorbells. */
async function warmUp(): Promise<void> {
  await using pool = new Pool(1);
  await using threads = new ThreadPool(1);
  await Promise.all([pool.apply(() => 1), threads.apply(() => 1)]);
}

await expectNoLeftovers({ warmUp });
failuresContract({ name: "threads", reach: "thread" });
failuresContract({ name: "processes", reach: "process" });

test("a pool of processes that cannot be started breaks as one of processes", LIMIT, async () => {
  const { stdout } = await runSource(
    `import { Pool, setForkserverPreload } from "manyhands/multiprocessing";
    setForkserverPreload(["data:text/javascript,process.exit(1)"]);
    const pool = new Pool({ processes: 1, startMethod: "forkserver" });
    await pool.apply(() => process.kill(process.pid, "SIGKILL")).catch((error) => error);
    const { name, cause } = await pool.apply(Math.abs, [1]).catch((error) => error);
    console.log(name, cause.name);
    await pool.terminate();`,
  );
  assert.equal(stdout, "BrokenProcessPool StateError\n");
});

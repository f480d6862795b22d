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

test("processes are spawned where the built-in objects are frozen", LIMIT, async () => {
  const options = { execArgv: ["--frozen-intrinsics", "--no-warnings"] };
  const { stdout, stderr } = await runSource(
    `${SHARES}
    try {
      new Pool({ processes: 1, startMethod: "forkserver" });
    } catch (error) {
      console.log(error.name, error.message);
    }`,
    options,
  );
  assert.match(stdout, /^(spawn 3 6\n4\n){2}StateError .*--frozen-intrinsics.*\n$/, stderr);
  assert.equal(stderr, "");
});

test("where no code is made of text, functions of modules are carried out", LIMIT, async () => {
  const { stdout, stderr } = await runSource(
    `${programHead}
    import { Pool, ThreadPool } from "manyhands/multiprocessing";
    for (const pool of [new Pool(1), new ThreadPool(1)]) {
      console.log(await pool.apply(targets.add, [1, 2]));
      const refused = pool.apply(() => 1);
      await refused.catch((error) => console.log(error.name, error.message));
      await pool.terminate();
    }
    console.log(getStartMethod());`,
    { execArgv: ["--disallow-code-generation-from-strings"] },
  );
  const once = "3\nPicklingError .*--disallow-code-generation-from-strings.*\n";
  assert.match(stdout, new RegExp(`^(${once}){2}forkserver\n$`), stderr);
  assert.equal(stderr, "");
});

test("children import modules where none can be required", LIMIT, async () => {
  const source = `
    import { posix } from "node:path";
    import { Pool } from "manyhands/multiprocessing";
    const joined = async (...parts) => {
      const { sep } = await import("node:path/posix");
      return posix.join(...parts) + sep;
    };
    const pool = new Pool(1);
    console.log(await pool.apply(joined, ["a", "b"]));
    await pool.terminate();
  `;
  const execArgv = ["--no-experimental-require-module"];
  const { stdout, stderr } = await runSource(source, { execArgv });
  assert.equal(stdout, "a/b/\n", stderr);
});

test("processes run where addons are forbidden", LIMIT, async () => {
  const source = `${programHead}
    import { Pool, Queue } from "manyhands/multiprocessing";
    const pool = new Pool(1);
    console.log(getStartMethod(), await pool.apply(() => 1));
    await pool.terminate();
    try { new Queue(); } catch (error) { console.log(error.name, error.message); }`;
  for (const options of [{ execArgv: ["--no-addons"] }, { env: { NODE_OPTIONS: "--no-addons" } }]) {
    const { stdout, stderr } = await runSource(source, options);
    assert.match(stdout, /^spawn 1\nUnsupportedPlatformError .*--no-addons.*\n$/, stderr);
    assert.equal(stderr, "");
  }
});

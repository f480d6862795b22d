/** Later threads and spawned processes are handed what V8 compiled in the first one. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { Module } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import { expectNoLeftovers } from "../support/leftovers.js";
import { packageRoot } from "../support/package-root.js";
import { runSource } from "../support/run-program.js";

const LIMIT = { timeout: 120_000 };

await expectNoLeftovers();

/** Where the children's coverage is not counted, and Node itself keeps nothing. */
const ENV = { NODE_V8_COVERAGE: undefined, NODE_COMPILE_CACHE: undefined };

/** Says of a child whether it was given code, and of how many files V8 refused it. */
const HEAD = `
  import { Thread } from "manyhands/threading";
  import { Process } from "manyhands/multiprocessing";
  const told = () => {
    const code = globalThis[Symbol.for("manyhands.compiled")];
    return [code.given.size > 0, code.refused.length];
  };
  const thread = (target) => new Thread({ target });
  const spawned = (target, options) => new Process({ target, startMethod: "spawn", ...options });
  const run = async (child) => {
    await child.start();
    const result = await child.result();
    await child.join();
    console.log(JSON.stringify(result));
  };
`;

for (const kind of ["thread", "spawned"]) {
  test(`the second ${kind} gets it, and V8 takes it`, LIMIT, async () => {
    const { stdout, stderr } = await runSource(
      `${HEAD}
      for (let count = 0; count < 3; count++) await run(${kind}(told));
    `,
      { env: ENV },
    );
    assert.equal(stdout, "[false,0]\n[true,0]\n[true,0]\n", stderr);
  });

  test(`each ${kind} is asked until one has answered`, LIMIT, async () => {
    const { stdout, stderr } = await runSource(
      `${HEAD}
      process.on("warning", () => {});
      for (let count = 0; count < 2; count++) {
        const child = await ${kind}(() => new Promise(() => setInterval(() => {}, 1000))).start();
        await child.terminate();
        await child.join();
      }
      for (let count = 0; count < 2; count++) await run(${kind}(told));
    `,
      { env: ENV },
    );
    assert.equal(stdout, "[false,0]\n[true,0]\n", stderr);
  });

  test(`a ${kind} whose start is counted for coverage gets none`, LIMIT, async (context) => {
    const reports = mkdtempSync(join(packageRoot, "build", "coverage-"));
    context.after(() => rmSync(reports, { recursive: true }));
    const source = `${HEAD}
      for (let count = 0; count < 2; count++) await run(${kind}(told));
    `;
    const { stdout, stderr } = await runSource(source, { env: { NODE_V8_COVERAGE: reports } });
    assert.equal(stdout, "[false,0]\n[false,0]\n", stderr);
  });
}

test("a thread tells of files that those before it had not loaded", LIMIT, async () => {
  const { stdout, stderr } = await runSource(
    `${HEAD}
    await run(thread(told));
    for (let count = 0; count < 2; count++) {
      await run(thread(async () => {
        await import("manyhands/subprocess");
        const code = globalThis[Symbol.for("manyhands.compiled")];
        return [...code.given.keys()].some((path) => path.includes("subprocess"));
      }));
    }
  `,
    { env: ENV },
  );
  assert.equal(stdout, "[false,0]\nfalse\ntrue\n", stderr);
});

const BESIDE = {
  thread: "new ThreadPoolExecutor({ maxWorkers: 1 })",
  spawned: "new Pool({ processes: 1, startMethod: 'spawn' })",
};

for (const [kind, workers] of Object.entries(BESIDE)) {
  test(`a ${kind} that lives on is asked, and its siblings too`, LIMIT, async () => {
    const { stdout, stderr } = await runSource(
      `${HEAD}
      const first = await ${kind}(() => new Promise((done) => setTimeout(done, 60_000))).start();
      for (let count = 0; count < 2; count++) await run(${kind}(told));
      await first.terminate();
      await first.join();
    `,
      { env: ENV },
    );
    assert.equal(stdout, "[false,0]\n[true,0]\n", stderr);
  });

  test(`workers that are ${kind}s tell at their end, and are told`, LIMIT, async () => {
    const { stdout, stderr } = await runSource(
      `${HEAD}
      import { ThreadPoolExecutor } from "manyhands/futures";
      import { Pool } from "manyhands/multiprocessing";
      for (let count = 0; count < 2; count++) {
        const workers = ${workers};
        const work = workers.submit ? workers.submit(told) : workers.apply(told);
        console.log(JSON.stringify(await work));
        await (workers.shutdown?.() ?? workers.close());
        await workers.join?.();
      }
    `,
      { env: ENV },
    );
    assert.equal(stdout, "[false,0]\n[true,0]\n", stderr);
  });
}

test("a process that cannot be started leaves nothing open", LIMIT, async () => {
  const { stdout, stderr } = await runSource(
    `${HEAD}
    import { readdirSync } from "node:fs";
    const opened = () => readdirSync("/proc/self/fd").length;
    // What Node opens once for children, it keeps.
    const tooLong = { env: { ...process.env, LONG: "x".repeat(3_000_000) } };
    const refused = () => spawned(told, tooLong).start().then(() => "started", (e) => e.code);
    await refused();
    const before = opened();
    console.log(await refused(), opened() - before);
    for (let count = 0; count < 2; count++) await run(spawned(told));
  `,
    { env: ENV },
  );
  assert.equal(stdout, "E2BIG 0\n[false,0]\n[true,0]\n", stderr);
});

test("processes with options of their own compile for themselves", LIMIT, async () => {
  const { stdout, stderr } = await runSource(
    `${HEAD}
    for (let count = 0; count < 2; count++) await run(spawned(told));
    await run(spawned(told, { execArgv: ["--stack-size=900"] }));
    await run(spawned(told, { env: { ...process.env, NODE_OPTIONS: "--jitless" } }));
  `,
    { env: ENV },
  );
  assert.equal(stdout, "[false,0]\n[true,0]\n[false,0]\n[false,0]\n", stderr);
});

test("code that V8 cannot take is compiled as ever", LIMIT, async () => {
  const { stdout, stderr } = await runSource(
    `${HEAD}
    import { setFlagsFromString } from "node:v8";
    await run(thread(told));
    // Part of what V8 compares, so that code from before counts as another V8's.
    setFlagsFromString("--no-flush-bytecode");
    await run(thread(() => told()[1] > 0));
  `,
    { env: ENV },
  );
  assert.equal(stdout, "[false,0]\ntrue\n", stderr);
});

test("a fork server gets what V8 compiled in its parent, and V8 takes it", LIMIT, async () => {
  const source = `${HEAD}
    await run(new Process({ target: told, startMethod: "forkserver" }));
  `;
  const plain = await runSource(source, { env: { ...ENV, NODE_OPTIONS: undefined } });
  assert.equal(plain.stdout, "[true,0]\n", plain.stderr);
});

test("a fork server that others' code is loaded into gets none", LIMIT, async (context) => {
  const folder = mkdtempSync(join(packageRoot, "build", "required-"));
  context.after(() => rmSync(folder, { recursive: true }));
  const script = join(folder, "required.cjs");
  writeFileSync(script, "");
  const source = `${HEAD}
    await run(new Process({ target: told, startMethod: "forkserver" }));
  `;
  const { stdout, stderr } = await runSource(source, { execArgv: ["--require", script], env: ENV });
  assert.equal(stdout, "[false,0]\n", stderr);
});

const skip = !("getCompileCacheDir" in Module) && `Node ${process.version} keeps nothing`;

test("what Node keeps from start to start has our files", { ...LIMIT, skip }, async (context) => {
  const kept = mkdtempSync(join(packageRoot, "build", "kept-"));
  context.after(() => rmSync(kept, { recursive: true }));
  const program = `import { Lock } from "manyhands/threading"; console.log(typeof Lock);`;
  const env = {
    NODE_COMPILE_CACHE: kept,
    NODE_DISABLE_COMPILE_CACHE: undefined,
    NODE_DEBUG_NATIVE: "COMPILE_CACHE",
  };
  const start = () => runSource(program, { env: { ...ENV, ...env } });
  const taken = /chunks.base\.cjs was accepted/;
  const first = await start();
  assert.doesNotMatch(first.stdout + first.stderr, taken);
  const { stdout, stderr } = await start();
  assert.match(stdout + stderr, taken);
  assert.match(stdout, /^function$/m);
});

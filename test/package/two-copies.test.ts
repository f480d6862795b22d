/**
 * Two copies of the package in one program, as its dependencies may bring them: each has threads,
 * processes and shared memory of its own, and neither disturbs the other.
 */
import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { expectNoLeftovers } from "../support/leftovers.js";
import { FORK_PRELUDE } from "#internal/workers/child-entry.js";
import { FORK_FLAGS } from "#internal/workers/exec-argv.js";
import { packageRoot } from "../support/package-root.js";
import { runScript } from "../support/run-program.js";

await expectNoLeftovers();

const folder = mkdtempSync(join(packageRoot, "build", "program-"));
const other = join(folder, "node_modules", "other");
const copy = join(other, "node_modules", "manyhands");
mkdirSync(copy, { recursive: true });
for (const name of ["dist", "package.json"]) {
  cpSync(join(packageRoot, name), join(copy, name), { recursive: true });
}
writeFileSync(join(other, "package.json"), `{ "name": "other", "main": "index.mjs" }`);
writeFileSync(
  join(other, "index.mjs"),
  ["asyncio", "errors", "multiprocessing", "threading"]
    .map((name) => `export * as ${name} from "manyhands/${name}";`)
    .join("\n"),
);
after(() => rmSync(folder, { recursive: true, force: true }));

const IMPORTS = `
  import { asyncio, errors, multiprocessing, threading } from "manyhands";
  import * as b from "other";
  const a = { asyncio, errors, multiprocessing, threading };
`;

/** As the first copy's `manyhands run --start-method fork` starts a program. */
const FOR_FORKING = [...FORK_FLAGS, "--no-warnings", `--import=${FORK_PRELUDE}`];

async function outputOf(program: string, execArgv: string[] = []): Promise<string[]> {
  const script = join(folder, "program.mjs");
  writeFileSync(script, IMPORTS + program);
  const { stdout, stderr } = await runScript(script, { execArgv });
  assert.equal(stderr, "");
  return stdout.trimEnd().split("\n");
}

describe("two copies of the package", { timeout: 120_000 }, () => {
  test("wait in the event loop in turns", async () => {
    const lines = await outputOf(`
      for (const { multiprocessing, threading } of [a, b, a, b]) {
        const { Pool, Process, Queue, ThreadPool } = multiprocessing;
        const pools = [new Pool(1), new ThreadPool(1)];
        for (const pool of pools) console.log(...await pool.map(Math.abs, [-1, -2]));
        const queue = new Queue();
        const put = (one) => queue.put(one);
        const child = new Process({ target: put, args: [3] });
        await child.start();
        console.log(await queue.get());
        await child.join();
        const lock = new threading.Lock();
        await lock.acquire();
        const waits = lock.acquire();
        const thread = new threading.Thread({ target: () => lock.release() });
        await thread.start();
        await waits;
        await thread.join();
        for (const pool of pools) await pool.terminate();
        console.log(threading.activeCount(), threading.currentThread().name);
      }
    `);
    const turn = ["1 2", "1 2", "3", "1 MainThread"];
    assert.deepEqual(lines, [...turn, ...turn, ...turn, ...turn]);
  });

  test("each serve tasks of the other's", async () => {
    const lines = await outputOf(`
      const useOther = async () => {
        const pools = [new a.multiprocessing.Pool(1), new a.multiprocessing.ThreadPool(1)];
        const found = [];
        for (const pool of pools) found.push(...await pool.map(Math.abs, [-4]));
        for (const pool of pools) await pool.terminate();
        const lock = new a.multiprocessing.Lock();
        return [...found, await a.asyncio.run(() => lock.run(() => "held"))].join(" ");
      };
      await useOther();
      const { Process } = b.multiprocessing;
      for (const method of ["forkserver", "spawn"]) {
        const child = new (b.multiprocessing.getContext(method).Process)({ target: useOther });
        await child.start();
        console.log(method, await child.result());
      }
      const thread = new b.threading.Thread({ target: useOther });
      await thread.start();
      console.log("thread", await thread.result());
    `);
    const ways = ["forkserver", "spawn", "thread"];
    assert.deepEqual(
      lines,
      ways.map((way) => `${way} 4 4 held`),
    );
  });

  test("are both what they should be in a copy that one of them makes", async () => {
    const program = `
      const lock = new a.multiprocessing.Lock();
      const taken = new a.multiprocessing.Event();
      await lock.run(() => {});
      const { Process } = b.multiprocessing.getContext("fork");
      const child = new Process({
        async target() {
          const pool = new a.multiprocessing.ThreadPool(1);
          console.log(...await pool.map(Math.abs, [-5]));
          await pool.terminate();
          lock.acquireSync();
          taken.set();
          process.kill(process.pid, "SIGKILL");
        },
      });
      await child.start();
      await taken.wait();
      console.log(await lock.acquire());
      await child.join();
      console.log(child.exitCode);
    `;
    assert.deepEqual(await outputOf(program, FOR_FORKING), ["5", "true", "-9"]);
  });

  test("know a child of either", async () => {
    const lines = await outputOf(`
      export function task() {
        return a.multiprocessing.isMain(import.meta);
      }
      if (b.multiprocessing.isMain(import.meta)) {
        const pool = new b.multiprocessing.Pool(1);
        console.log(await pool.apply(task));
        await pool.terminate();
      }
    `);
    assert.deepEqual(lines, ["false"]);
  });

  test("say whose an object is that the other cannot send", async () => {
    const lines = await outputOf(`
      const pool = new a.multiprocessing.ThreadPool(1);
      for (const name of ["Lock", "Queue"]) {
        const sent = pool.apply(Boolean, [new b.multiprocessing[name]()]);
        await sent.catch((error) => {
          console.log(error instanceof b.errors.PicklingError, error.message);
        });
      }
      await pool.terminate();
    `);
    assert.equal(lines.length, 2);
    for (const line of lines) assert.match(line, /^true .*of another copy of manyhands/);
  });
});

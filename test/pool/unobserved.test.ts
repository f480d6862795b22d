import assert from "node:assert/strict";
import { test } from "node:test";
import { runSource } from "../support/run-program.js";

test("a failure that nobody looks at is reported once, when its result is collected", async () => {
  const program = await runSource(
    `import { ThreadPool } from "manyhands/multiprocessing";
    import { ThreadPoolExecutor } from "manyhands/futures";
    process.on("warning", (warning) => console.log(warning.name, warning.message));
    const pool = new ThreadPool(1);
    const executor = new ThreadPoolExecutor({ maxWorkers: 1 });
    const fail = (message) => { throw new Error(message); };
    const ignore = () => {};
    await (async () => {
      pool.applyAsync(fail, ["unseen result"]);
      pool.mapAsync(fail, ["unseen map"]);
      executor.submit(fail, "unseen future");
      pool.applyAsync(fail, ["called back"], { errorCallback: ignore });
      pool.applyAsync(fail, ["cancelled"]).cancel();
      const asked = pool.applyAsync(fail, ["asked"]);
      await asked.wait();
      console.log(asked.successful);
      await pool.apply(fail, ["awaited"]).catch(ignore);
      await executor.submit(fail, "awaited").exception();
    })();
    for (let i = 0; i < 30; i++) {
      gc();
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    console.log("end");`,
    { execArgv: ["--expose-gc"] },
  );
  const lines = program.stdout.trim().split("\n");
  assert.equal(program.code, 0, program.stderr);
  assert.equal(lines.pop(), "end");
  assert.equal(lines.shift(), "false");
  const messages = lines.map((line) => line.split("Error: ").at(-1));
  assert.deepEqual(messages.sort(compare), ["unseen future", "unseen map", "unseen result"]);
});

const compare = (a = "", b = ""): number => (a < b ? -1 : 1);

test("idle pools and executors do not keep a program alive, pending work does", async () => {
  const program = await runSource(
    `import { Pool, ThreadPool } from "manyhands/multiprocessing";
    import { ProcessPoolExecutor, ThreadPoolExecutor } from "manyhands/futures";
    const later = async (n) => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      return n;
    };
    const pools = [new Pool(1), new ThreadPool(1)];
    const executors = [new ProcessPoolExecutor({ maxWorkers: 1 }), new ThreadPoolExecutor()];
    pools.forEach((pool, i) => pool.applyAsync(later, [i]).get().then((n) => console.log("p", n)));
    executors.forEach((e, i) => e.submit(later, i).then((n) => console.log("e", n)));`,
  );
  assert.equal(program.code, 0, program.stderr);
  const lines = program.stdout.trim().split("\n").sort(compare);
  assert.deepEqual(lines, ["e 0", "e 1", "p 0", "p 1"]);
});

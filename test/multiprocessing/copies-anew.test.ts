/** What a program had going on, in its own event loop, must not hinder a copy of it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { FORK_PRELUDE } from "#internal/workers/child-entry.js";
import { FORK_FLAGS } from "#internal/workers/exec-argv.js";
import { expectNoLeftovers } from "../support/leftovers.js";
import { runSource } from "../support/run-program.js";
import { programHead } from "../workers/program-head.js";

await expectNoLeftovers();
const LIMIT = { timeout: 60_000, skip: process.platform === "linux" ? false : "needs Linux" };

const AS_RUN = {
  execArgv: [...FORK_FLAGS, `--import=${FORK_PRELUDE}`],
  env: { MANYHANDS_START_METHOD: "fork" },
};

for (const state of ["idle", "busy"]) {
  test(`a copy has pools of threads beside a program whose own is ${state}`, LIMIT, async () => {
    const source = `${programHead}
      import { ThreadPool } from "manyhands/multiprocessing";
      import { Event } from "manyhands/threading";
      const pool = new ThreadPool(1);
      const until = new Event();
      const before = pool.applyAsync((event) => event.waitSync(), [until]);
      if (${state === "idle"}) until.set();
      if (${state === "idle"}) await before.get();
      const copy = await new Process({ target: async () => {
        const own = new ThreadPool(1);
        const answers = [await own.apply((x) => x + 5, [1]), ...(await own.map((x) => -x, [2, 3]))];
        await own.terminate();
        return answers;
      } }).start();
      console.log(await copy.result(), await copy.join(), copy.exitCode);
      until.set();
      await before.get();
      await pool.terminate();
      `;
    // Where its thread just starts, it depends on the moment what the copy finds locked.
    for (let count = 0; count < (state === "busy" ? 6 : 1); count++) {
      const program = await runSource(source, { ...AS_RUN, timeoutMs: 20_000 });
      assert.equal(program.stdout, "[ 6, -2, -3 ] true 0\n", program.stderr);
    }
  });
}

test(
  "a copy hears its own threads though its program had not heard all of its",
  LIMIT,
  async () => {
    const program = await runSource(
      `${programHead}
    import { ThreadPool } from "manyhands/multiprocessing";
    const results = [];
    for (let count = 0; count < 4; count++) {
      const pool = new ThreadPool(1);
      const before = pool.applyAsync((x) => x, [count]);
      // The copy is made in the immediate behind this one, when the threads have long answered.
      setImmediate(() => {
        const begun = performance.now();
        while (performance.now() - begun < 600);
      });
      const copy = await new Process({ target: async () => {
        const own = new ThreadPool(1);
        const answer = await own.apply((x) => x + 5, [1]);
        await own.terminate();
        return answer;
      } }).start();
      results.push(await copy.result(), await copy.join(), await before.get());
      await pool.terminate();
    }
    console.log(results.join(" "));
    `,
      AS_RUN,
    );
    assert.equal(program.stdout, "6 true 0 6 true 1 6 true 2 6 true 3\n", program.stderr);
  },
);

test("a copy that was made inside a run of asyncio runs its own", LIMIT, async () => {
  const program = await runSource(
    `${programHead}
    import * as asyncio from "manyhands/asyncio";
    const main = process.pid;
    const told = await asyncio.run(async () => {
      const others = asyncio.createTask(async () => {
        for (;;) {
          await asyncio.sleep(0);
          if (process.pid !== main) console.log("a task of the program's goes on in a copy");
        }
      });
      const copies = [];
      for (let count = 0; count < 5; count++) {
        const target = () => asyncio.run(async () => {
          await asyncio.sleep(0);
          const sleeps = [asyncio.sleep(2, "a"), asyncio.sleep(0, "b")];
          const [first, second] = await asyncio.gather(sleeps);
          return first + second + asyncio.allTasks().size;
        });
        copies.push(await new Process({ target }).start());
      }
      const results = [];
      for (const copy of copies) results.push(await copy.result(), await copy.join());
      others.cancel();
      return results.join(" ");
    });
    console.log(told);
    `,
    AS_RUN,
  );
  const five = Array.from({ length: 5 }, () => "ab1 true").join(" ");
  assert.equal(program.stdout, `${five}\n`, program.stderr);
});

test("a copy refuses the threads of its program, and ends", LIMIT, async () => {
  const program = await runSource(
    `${programHead}
    import { Thread } from "manyhands/threading";
    const until = new Int32Array(new SharedArrayBuffer(4));
    const running = new Thread({ target: (u) => Atomics.wait(u, 0, 0), args: [until] });
    await running.start();
    const ended = await new Thread({ target: () => 4 }).start();
    await ended.join();
    const main = process.pid;
    const copy = await new Process({ target: async () => {
      const why = running.name + " belongs to process " + main + ", of which this one is a copy";
      const accepted = [];
      for (const verb of ["join", "joinSync", "result", "resultSync", "exception", "terminate"]) {
        const refused = await (async () => running[verb]())().catch((error) => error);
        if (!refused?.message?.startsWith(why)) accepted.push(verb, String(refused));
      }
      return [running.alive, ...accepted, await ended.result(), await ended.join()];
    } }).start();
    console.log(await copy.result(), await copy.join(), copy.exitCode, running.alive);
    Atomics.store(until, 0, 1);
    Atomics.notify(until, 0);
    await running.join();
    `,
    AS_RUN,
  );
  assert.equal(program.stdout, "[ false, 4, true ] true 0 true\n", program.stderr);
});

test("a copy reads its standard input to the end, also beside others", LIMIT, async () => {
  const program = await runSource(
    `${programHead}
    const target = async () => {
      let text = "";
      for await (const chunk of process.stdin) text += chunk;
      return text;
    };
    const stdio = ["pipe", "inherit", "inherit"];
    const first = await new Process({ target, stdio }).start();
    const second = await new Process({ target, stdio }).start();
    first.stdin.end("to the first");
    console.log(await first.result(), await first.join());
    second.stdin.end("to the second");
    console.log(await second.result(), await second.join());
    `,
    AS_RUN,
  );
  assert.equal(program.stdout, "to the first true\nto the second true\n", program.stderr);
});

test("a copy uses the streams of another child that it was handed", LIMIT, async () => {
  const program = await runSource(
    `${programHead}
    const echo = async () => {
      for await (const chunk of process.stdin) process.stdout.write(chunk);
    };
    const stdio = ["pipe", "pipe", "inherit"];
    const first = await new Process({ target: echo, stdio }).start();
    const speak = (stream) => new Promise((resolve) => stream.end("through a copy", resolve));
    await (await new Process({ target: speak, args: [first.stdin] }).start()).result();
    first.stdin.destroy();
    const hear = async (stream) => {
      let text = "";
      for await (const chunk of stream) text += chunk;
      return text;
    };
    console.log(await (await new Process({ target: hear, args: [first.stdout] }).start()).result());
    console.log(await first.join());
    `,
    AS_RUN,
  );
  assert.equal(program.stdout, "through a copy\ntrue\n", program.stderr);
});

test("a child of an executor's worker ends well when its loop is done", LIMIT, async () => {
  const program = await runSource(
    `${programHead}
    import { ProcessPoolExecutor } from "manyhands/futures";
    const nested = async () => {
      const child = new Process({ target: () => "done" });
      await child.start();
      return [await child.result(), await child.join(), child.exitCode];
    };
    const executor = new ProcessPoolExecutor({ maxWorkers: 1 });
    console.log(await executor.submit(nested));
    await executor.shutdown();
    `,
    AS_RUN,
  );
  assert.equal(program.stdout, "[ 'done', true, 0 ]\n", program.stderr);
  assert.equal(program.stderr, "");
});

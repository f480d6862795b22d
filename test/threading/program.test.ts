import assert from "node:assert/strict";
import { test } from "node:test";
import { pathToFileURL, fileURLToPath } from "node:url";
import { expectNoLeftovers } from "../support/leftovers.js";
import { runSource } from "../support/run-program.js";

await expectNoLeftovers();
const LIMIT = { timeout: 60_000 };
const targets = JSON.stringify(
  pathToFileURL(fileURLToPath(new URL("./targets.js", import.meta.url))).href,
);
const head = `
import { Thread } from "manyhands/threading";
import * as targets from ${targets};
`;

test("what a thread prints appears while main is blocked", LIMIT, async () => {
  const program = await runSource(`${head}
    import { writeSync } from "node:fs";
    const thread = new Thread({ target: targets.print, args: ["from the thread"] });
    void thread.start();
    thread.joinSync();
    writeSync(1, "from main\\n");
    process.exit(0);
  `);
  assert.equal(program.stdout, "from the thread\nfrom main\n");
  assert.equal(program.stderr, "from the thread\n");
  assert.equal(program.code, 0);
});

test("a program that a thread runs may share the thread's streams", LIMIT, async () => {
  const program = await runSource(`${head}
    import { run, runSync } from "manyhands/subprocess";
    const target = async () => {
      const { stdout, stderr } = process;
      await run("echo out; echo err >&2", { shell: true, stdout, stderr });
      runSync(["echo", "sync"], { stdout });
    };
    const thread = await new Thread({ target }).start();
    await thread.result();
  `);
  assert.deepEqual([program.stdout, program.stderr], ["out\nsync\n", "err\n"]);
});

/** A daemon that starts a thread by `start`, says so to main, and does not end. */
const daemon = `${head}
    import { Queue } from "manyhands/queue";
    const told = new Queue();
    const startDaemon = async (start, ...args) => {
      const target = async (start, told, args) => {
        await start(...args);
        await told.put("started");
        setInterval(() => {}, 1000);
      };
      await new Thread({ target, args: [start, told, args], daemon: true }).start();
      await told.get();
    };
    const work = async () => {
      await new Promise((resolve) => setTimeout(resolve, 100));
      await targets.print("worked");
    };`;

test("threads of daemons that are none themselves are waited for", LIMIT, async () => {
  for (const end of ["", "process.exit();"]) {
    const program = await runSource(`${daemon}
      await startDaemon((work) => new Thread({ target: work, daemon: false }).start(), work);
      ${end}
    `);
    assert.equal(program.stdout, "worked\n");
  }
});

test("so are those below other daemons, and daemons are not", LIMIT, async () => {
  const program = await runSource(`${daemon}
    const below = async (work, daemon) => {
      const target = async (work, daemon) => {
        await new Thread({ target: work, daemon }).start();
        setInterval(() => {}, 1000);
      };
      const thread = await new Thread({ target, args: [work, daemon] }).start();
      while (!thread.toString().includes("running")) await new Promise(setImmediate);
      await new Promise((resolve) => setTimeout(resolve, 50));
    };
    await startDaemon(below, work, false);
    await startDaemon(below, () => setInterval(() => {}, 1000), true);
  `);
  assert.equal(program.stdout, "worked\n");
});

test("nobody waits for the idle workers of a daemon's executor", LIMIT, async () => {
  const program = await runSource(`${daemon}
    import { toThread } from "manyhands/asyncio";
    await startDaemon(() => toThread(() => 1));
    console.log("ended");
  `);
  assert.equal(program.stdout, "ended\n");
  assert.equal(program.timedOut, false);
});

test("nobody waits for threads that ended with a daemon that was stopped", LIMIT, async () => {
  const program = await runSource(`${daemon}
    import { enumerate } from "manyhands/threading";
    const idle = () => void setInterval(() => {}, 1000);
    await startDaemon((idle) => new Thread({ target: idle, daemon: false }).start(), idle);
    const [, first] = enumerate();
    await first.terminate();
    console.log("ended");
  `);
  assert.equal(program.stdout, "ended\n");
  assert.equal(program.timedOut, false);
});

test("an uncaught error is printed under the thread's name", LIMIT, async () => {
  const program = await runSource(`${head}
    await new Thread({ target: targets.fail, name: "unlucky" }).start();
    await new Thread({ target: targets.failQuietly, name: "quiet" }).start();
  `);
  assert.match(program.stderr, /^Exception in thread unlucky:\nTypeError: it went wrong/);
  assert.equal(program.stdout, "quiet: seen by its own hook\n");
  assert.equal(program.code, 0);
});

test("a program waits for its threads, but not for daemons", LIMIT, async () => {
  const waiting = await runSource(`${head}
    await new Thread({ target: targets.wait, args: [50] }).start();
    process.on("exit", () => console.log("end"));
  `);
  assert.equal(waiting.stdout, "end\n");
  const leaving = await runSource(`${head}
    await new Thread({ target: targets.wait, args: [600_000], daemon: true }).start();
  `);
  assert.equal(leaving.code, 0);
});

test("process.exit joins threads that are no daemons", LIMIT, async () => {
  const program = await runSource(`${head}
    await new Thread({ target: targets.print, args: ["last words"] }).start();
    process.exit(5);
  `);
  assert.equal(program.stdout, "last words\n");
  assert.equal(program.code, 5);
});

test("a hook that fails is printed, with what it was called for", LIMIT, async () => {
  const program = await runSource(`${head}
    import { setExceptHook } from "manyhands/threading";
    setExceptHook(() => { throw new Error("the hook is broken"); });
    const thread = await new Thread({ target: targets.fail, name: "unlucky" }).start();
    await thread.join();
    console.log("went on");
  `);
  assert.match(
    program.stderr,
    /^Exception in the hook of setExceptHook:\nError: the hook is broken/,
  );
  assert.match(program.stderr, /\nException in thread unlucky:\nTypeError: it went wrong/);
  assert.deepEqual([program.stdout, program.code], ["went on\n", 0]);
});

test("a thread knows the queues and values that its main script captured", LIMIT, async () => {
  const program = await runSource(`
    import { Queue } from "manyhands/queue";
    import { Thread } from "manyhands/threading";
    const [questions, answers] = [new Queue(), new Queue()];
    const thread = new Thread({ target: () => answers.putSync(questions.getSync() * 2) });
    await thread.start();
    questions.putSync(21);
    console.log(answers.getSync({ timeoutMs: 20_000 }));
    await thread.join();
  `);
  assert.deepEqual([program.stdout, program.stderr], ["42\n", ""]);
});

test("threads start in a program that has options of V8", LIMIT, async () => {
  const program = await runSource(
    `${head}
    const thread = new Thread({ target: () => 42 });
    await thread.start();
    console.log(await thread.result());
  `,
    { execArgv: ["--max-old-space-size=500", "--expose-gc", "--no-warnings"] },
  );
  assert.equal(program.stdout, "42\n", program.stderr);
});

/**
 * What a program is told that has used up its descriptors, and that all works again when it has
 * closed some: whatever failed meanwhile was no verdict on the machine.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { expectNoLeftovers } from "../support/leftovers.js";
import { type ProgramResult, runSource } from "../support/run-program.js";
import { programHead } from "../workers/program-head.js";
import { warmUp } from "../workers/warm-up.js";

await expectNoLeftovers({ warmUp });
const LIMIT = { timeout: 60_000, skip: process.platform === "linux" ? false : "needs Linux" };

const head = `${programHead}
import { closeSync, openSync, readFileSync } from "node:fs";
/** Takes all descriptors but so many; answers how to give them back. */
function leave(free) {
  const taken = [];
  try {
    for (;;) taken.push(openSync("/dev/null"));
  } catch {
    for (const fd of taken.splice(0, free)) closeSync(fd);
  }
  return () => taken.forEach((fd) => closeSync(fd));
}
const told = (attempt) => attempt.then((value) => value, (error) => error.code);
const inChild = async (startMethod) => {
  const child = await new Process({ target: Math.abs, args: [-7], startMethod }).start();
  const result = await child.result();
  await child.join();
  return result;
};
`;

/** @returns the lines that it printed */
async function linesOf(source: string): Promise<string[]> {
  const program: ProgramResult = await runSource(head + source, { descriptors: 100 });
  assert.equal(program.code, 0, program.stderr);
  return program.stdout.trimEnd().split("\n");
}

for (const method of ["spawn", "forkserver"]) {
  test(`${method}: start says that no descriptors are left, and starts again`, LIMIT, async () => {
    const [outcomes, again] = await linesOf(`
      await inChild("${method}");
      const outcomes = new Set();
      for (let free = 0; free < 12; free++) {
        const giveBack = leave(free);
        outcomes.add(await told(inChild("${method}")));
        giveBack();
      }
      console.log([...outcomes].join());
      console.log(await inChild("${method}"));
    `);
    assert.equal(outcomes, "EMFILE,7");
    assert.equal(again, "7");
  });
}

test("a fork server that finds no descriptors when it starts is started again", LIMIT, async () => {
  const lines = await linesOf(`
    await inChild("spawn");
    for (const free of [2, 4, 5, 6]) {
      const giveBack = leave(free);
      await told(inChild("forkserver"));
      giveBack();
      console.log(await inChild("forkserver"));
    }
  `);
  assert.deepEqual(lines, ["7", "7", "7", "7"]);
});

test("a pool whose workers find no descriptors is not made, and ends nobody", LIMIT, async () => {
  const [refused, works] = await linesOf(`
    import { Pool } from "manyhands/multiprocessing";
    await inChild("spawn");
    const giveBack = leave(4);
    const make = async () => new Pool({ processes: 3, startMethod: "spawn" });
    console.log(await told(make()));
    giveBack();
    const pool = await make();
    console.log(await pool.apply(Math.abs, [-7]));
    await pool.terminate();
  `);
  assert.equal(refused, "EMFILE");
  assert.equal(works, "7");
});

for (const { name, make, run } of [
  { name: "a pool", make: "new Pool(1)", run: "pool.apply" },
  {
    name: "a pool of no process yet",
    make: "new ProcessPoolExecutor({ maxWorkers: 1 })",
    run: "submit",
  },
]) {
  test(`${name} that finds nobody for a task fails that, and goes on`, LIMIT, async () => {
    const lines = await linesOf(`
      import { Pool } from "manyhands/multiprocessing";
      import { ProcessPoolExecutor } from "manyhands/futures";
      const pool = ${make};
      const submit = (fn, args) => pool.submit(fn, ...args).result();
      const tell = ({ name, message, cause }) => {
        console.log(name, /no worker can be started for abs: /.test(message), cause.code);
      };
      const pid = await ${run}(() => process.pid, []);
      let giveBack = leave(0);
      process.kill(pid, "SIGKILL");
      while (pool.workers.length > 0) await sleep(1);
      await ${run}(Math.abs, [-7]).catch(tell);
      await Promise.all([1, 2, 3].map((at) => ${run}(Math.abs, [-at]).catch(tell)));
      giveBack();
      console.log(await ${run}(Math.abs, [-7]));
      await pool[Symbol.asyncDispose]();
    `);
    const refused = "ResourceLimitError true EMFILE";
    assert.deepEqual(lines, [refused, refused, refused, refused, "7"]);
  });
}

test(
  "a pool goes on with the workers that it has where no other can be started",
  LIMIT,
  async () => {
    const lines = await linesOf(`
    import { Pool } from "manyhands/multiprocessing";
    const pool = new Pool(2);
    // Long enough for the program to sleep: what it is woken by is open before none can be.
    const pid = await pool.apply(async () => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      return process.pid;
    });
    let giveBack = leave(0);
    process.kill(pid, "SIGKILL");
    while (pool.workers.length > 1) await sleep(1);
    console.log(await pool.map(Math.abs, [-1, -2, -3], { chunkSize: 1 }), pool.workers.length);
    console.log(pool.applySync(Math.abs, [-7]));
    giveBack();
    console.log(await pool.apply(Math.abs, [-7]));
    while (pool.workers.length < 2) await sleep(1);
    await pool.terminate();
  `);
    assert.deepEqual(lines, ["[ 1, 2, 3 ] 1", "7", "7"]);
  },
);

test("a blocking call is told that no worker can be started", LIMIT, async () => {
  const lines = await linesOf(`
    import { Pool } from "manyhands/multiprocessing";
    const pool = new Pool(1);
    const pid = await pool.apply(() => process.pid);
    let giveBack = leave(0);
    process.kill(pid, "SIGKILL");
    while (pool.workers.length > 0) await sleep(1);
    try {
      pool.applySync(Math.abs, [-7]);
    } catch (error) {
      console.log(error.name);
    }
    const results = pool.imap(Math.abs, [-1, -2]);
    for (let at = 0; at < 2; at++) await results.next().catch(({ name }) => console.log(name));
    giveBack();
    console.log(pool.applySync(Math.abs, [-7]));
    await pool.terminate();
  `);
  assert.deepEqual(lines, ["ResourceLimitError", "ResourceLimitError", "ResourceLimitError", "7"]);
});

test("a request that is lost with its server, and cannot be repeated, is told", LIMIT, async () => {
  const [rejected, ended, cause, again] = await linesOf(`
    await inChild("forkserver");
    const server = Number(readFileSync("/proc/self/task/" + process.pid + "/children", "latin1"));
    process.kill(server, "SIGSTOP");
    const child = new Process({ target: Math.abs, args: [-7], startMethod: "forkserver" });
    const start = child.start();
    const giveBack = leave(0);
    process.kill(server, "SIGKILL");
    console.log(await told(start));
    giveBack();
    console.log(child.exitCode, child.joinSync());
    const error = await child.exception();
    console.log(error.name, error.cause.code, /could not be started for abs: .*EMFILE/.test(error));
    console.log(await inChild("forkserver"));
  `);
  assert.equal(rejected, "EMFILE");
  assert.equal(ended, "126 true");
  assert.equal(cause, "WorkerDiedError EMFILE true");
  assert.equal(again, "7");
});

test("a program that finds no descriptors is told so by subprocess", LIMIT, async () => {
  const [refused, works] = await linesOf(`
    import { run } from "manyhands/subprocess";
    const giveBack = leave(3);
    await run(["true"], { captureOutput: true }).catch(({ name, message, cause }) => {
      console.log(name, /true cannot be started: .*EMFILE/.test(message), cause.code);
    });
    giveBack();
    console.log((await run(["true"], { captureOutput: true })).returnCode);
  `);
  assert.equal(refused, "SubprocessError true EMFILE");
  assert.equal(works, "0");
});

test("native calls that could not be loaded for a moment are loaded later", LIMIT, async () => {
  const [all, methods, shared] = await linesOf(`
    import { getAllStartMethods, Lock } from "manyhands/multiprocessing";
    for (let free = 0; free < 12; free++) {
      const giveBack = leave(free);
      await told(inChild("spawn"));
      giveBack();
    }
    console.log(await inChild("spawn"), await inChild("forkserver"));
    console.log(getAllStartMethods().join());
    const target = (lock) => lock.tryAcquire();
    const child = await new Process({ target, args: [new Lock()] }).start();
    console.log(await child.result());
  `);
  assert.equal(all, "7 7");
  assert.equal(methods, "forkserver,spawn");
  assert.equal(shared, "true");
});

test("the parser that could not be read for a moment is read later", LIMIT, async () => {
  const [first, later] = await linesOf(`
    import { Queue } from "manyhands/queue";
    const queue = new Queue();
    // What needs no parser is there before.
    queue.putSync((x) => x + 1);
    queue.getSync();
    const send = () => {
      const made = (n) => (a = { n }) => ({ ...a, n: a.n + n }).n;
      queue.putSync(made(2));
      return queue.getSync()();
    };
    const codes = new Set();
    for (let free = 0; free < 3; free++) {
      const giveBack = leave(free);
      try {
        codes.add(send());
      } catch (error) {
        codes.add(error.code);
      }
      giveBack();
    }
    console.log([...codes][0]);
    console.log(send());
  `);
  assert.equal(first, "EMFILE");
  assert.equal(later, "4");
});

test("shared memory keeps its name when no descriptor is left to look it up", LIMIT, async () => {
  const lines = await linesOf(`
    import { SharedMemory } from "manyhands/multiprocessing";
    const memory = SharedMemory.create({ size: 100 });
    const giveBack = leave(0);
    const codeOf = (attempt) => {
      try {
        return attempt();
      } catch (error) {
        return error.code;
      }
    };
    console.log(codeOf(() => memory.unlink()), codeOf(() => SharedMemory.attach(memory.name)));
    giveBack();
    memory.unlink();
    console.log(codeOf(() => SharedMemory.attach(memory.name)));
    memory.close();
  `);
  assert.deepEqual(lines, ["EMFILE EMFILE", "MANYHANDS_NOT_FOUND"]);
});

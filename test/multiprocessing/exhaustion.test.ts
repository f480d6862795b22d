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

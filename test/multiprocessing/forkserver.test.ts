import assert from "node:assert/strict";
import { readFileSync, readdirSync, readlinkSync } from "node:fs";
import { test } from "node:test";
import { pathToFileURL, fileURLToPath } from "node:url";
import { Process } from "manyhands/multiprocessing";
import { expectNoLeftovers } from "../support/leftovers.js";
import { runSource } from "../support/run-program.js";
import { programHead } from "../workers/program-head.js";
import * as targets from "../workers/targets.js";
import { until } from "../workers/until.js";
import { warmUp } from "../workers/warm-up.js";

await expectNoLeftovers({ warmUp });
const LIMIT = { timeout: 120_000, skip: process.platform === "linux" ? false : "needs Linux" };
const fixture = (name: string): string =>
  pathToFileURL(fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url))).href;

// Carried from here, so that the children need not load a module for it.
const nothing = (): void => {};
const sum = (a: number, b: number): number => a + b;

/** Sockets, pipes and memory: the test runner opens its report when it likes. */
const openDescriptors = (): number =>
  readdirSync("/proc/self/fd").filter((fd) => /^(socket|pipe|anon_inode|\/memfd):/.test(target(fd)))
    .length;

function target(fd: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return ""; // it was the one that this list was read by
  }
}

test("200 children one after another leak nothing", LIMIT, async () => {
  const before = openDescriptors();
  for (let count = 0; count < 200; count++) {
    const child = new Process({ target: nothing, startMethod: "forkserver" });
    await child.start();
    if (count % 2 === 0) await child.join();
    else child.joinSync();
    assert.equal(child.exitCode, 0);
  }
  await until(() => openDescriptors() <= before, "the end of all descriptors");
  const children = (): string[] =>
    readFileSync(`/proc/self/task/${process.pid}/children`, "latin1").trim().split(" ");
  await until(() => children().length === 1, "the end of all but the server");
});

test("the event loop of a child that waits hardly turns", LIMIT, async () => {
  const countTurns = async (): Promise<number> => {
    const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
    await pause(2_000);
    let turns = 0;
    const count = (): void => {
      turns++;
      setImmediate(count).unref();
    };
    count();
    // Some seconds after it was at work V8 tidies its heap, step by step, for a moment.
    let least = Infinity;
    for (let second = 0; second < 8 && least >= 40; second++) {
      turns = 0;
      await pause(1_000);
      least = Math.min(least, turns);
    }
    return least;
  };
  const child = new Process({ target: countTurns, startMethod: "forkserver" });
  await child.start();
  const turns = await child.result();
  await child.join();
  assert.ok(turns < 40, `it turned ${turns} times in a second`);
});

test("100 children started at once all run", LIMIT, async () => {
  const all = Array.from(
    { length: 100 },
    (_, index) => new Process({ target: sum, args: [index, 1], startMethod: "forkserver" }),
  );
  await Promise.all(all.map((child) => child.start()));
  const results = await Promise.all(all.map((child) => child.result()));
  assert.deepEqual(
    results,
    all.map((_, index) => index + 1),
  );
  await Promise.all(all.map((child) => child.join()));
  assert.ok(all.every((child) => child.exitCode === 0));
});

test("large arguments and results cross", LIMIT, async () => {
  const big = new Uint8Array(20_000_000).fill(7);
  const child = new Process({ target: targets.echo, args: [big], startMethod: "forkserver" });
  await child.start();
  const [back] = (await child.result()) as [Uint8Array];
  assert.equal(Buffer.compare(back, big), 0);
  await child.join();
});

// What children share with the server is counted in parts (Pss), what is theirs alone in full.
test("idle children have little memory of their own", LIMIT, async () => {
  const program = await runSource(`${programHead}
    import { readFileSync } from "node:fs";
    import { multiprocessing } from "manyhands";
    const ready = new multiprocessing.Queue();
    const idle = async () => {
      await ready.put(true);
      await sleep(60_000);
    };
    const children = Array.from({ length: 4 }, () => new Process({ target: idle }));
    for (const child of children) await child.start();
    for (const _ of children) await ready.get();
    const kilobytes = (pid, what) => {
      const rollup = readFileSync("/proc/" + pid + "/smaps_rollup", "latin1");
      return Number(new RegExp("^" + what + ": +([0-9]+) kB", "m").exec(rollup)[1]);
    };
    const most = (what) => Math.max(...children.map(({ pid }) => kilobytes(pid, what)));
    console.log(JSON.stringify({ pss: most("Pss"), alone: most("Private_Dirty") }));
    for (const child of children) child.kill();
    for (const child of children) await child.join();
  `);
  assert.equal(program.code, 0, program.stderr);
  const { pss, alone } = JSON.parse(program.stdout) as { pss: number; alone: number };
  assert.ok(pss > 0 && pss <= 15_000, `${pss} kB in all`);
  assert.ok(alone > 0 && alone <= 15_000, `${alone} kB of its own`);
});

// Asked for none, Node makes one thread for V8 for each processor but one.
test("a server has one thread for V8, however many processors there are", LIMIT, async () => {
  const program = await runSource(`${programHead}
    import { readdirSync, readFileSync } from "node:fs";
    const child = new Process({ target: () => sleep(60_000) });
    await child.start();
    const children = readFileSync("/proc/self/task/" + process.pid + "/children", "latin1");
    console.log(readdirSync("/proc/" + children.split(" ")[0] + "/task").length);
    child.kill();
    await child.join();
  `);
  assert.equal(program.code, 0, program.stderr);
  // Its own, one of V8, one for V8's delayed tasks, and one that hears signals for the inspector.
  assert.ok(Number(program.stdout) <= 4, `${program.stdout.trim()} threads`);
});

test("a server that dies is started again, and its children live on", LIMIT, async () => {
  const program = await runSource(`${programHead}
    import { readFileSync } from "node:fs";
    const first = await new Process({ target: targets.wait, args: [2_000] }).start();
    const server = Number(readFileSync("/proc/" + first.pid + "/stat", "latin1").split(" ")[3]);
    process.kill(server, "SIGKILL");
    await sleep(50);
    const second = await new Process({ target: targets.add, args: [1, 2] }).start();
    console.log(await second.result(), await first.result());
    await first.join();
    await second.join();
    console.log(second.exitCode, first.exitCode);
  `);
  assert.equal(program.stdout, "3 waited\n0 0\n", program.stderr);
  assert.match(program.stderr, /ForkserverWarning: The fork server died and is started again/);
  assert.equal(program.code, 0);
});

test(
  "one death of a server counts once, however many requests it took with it",
  LIMIT,
  async () => {
    const program = await runSource(`
    import { Pool } from "manyhands/multiprocessing";
    import { readFileSync } from "node:fs";
    const parent = () => Number(readFileSync("/proc/self/stat", "latin1").split(" ")[3]);
    const first = new Pool(1);
    const server = await first.apply(parent);
    await first.terminate();
    process.kill(server, "SIGSTOP"); // so that it dies of requests that it has not answered
    const pool = new Pool(5);
    process.kill(server, "SIGKILL");
    while (pool.workers.some(({ pid }) => pid === null)) await pool.apply(() => 1);
    const parents = new Set(await pool.map(parent, [...Array(50)], { chunkSize: 1 }));
    console.log(parents.size, parents.has(server), parents.has(process.pid));
    await pool.terminate();
  `);
    assert.equal(program.stdout, "1 false false\n", program.stderr);
    assert.equal(program.stderr.match(/ForkserverWarning/g)?.length, 1, program.stderr);
  },
);

test("preloaded modules are there, and what they left open keeps no child", LIMIT, async () => {
  const program = await runSource(`${programHead}
    setForkserverPreload([new URL(${JSON.stringify(fixture("preloaded.js"))})]);
    const child = await new Process({ target: targets.preloaded }).start();
    console.log(JSON.stringify(await child.result()));
    console.log(await child.join({ timeoutMs: 40_000 }), child.exitCode);
    const twins = [1, 2].map(() => new Process({ target: targets.preloadedRandomness }));
    for (const twin of twins) await twin.start();
    const drawn = await Promise.all(twins.map((twin) => twin.result()));
    console.log(new Set(drawn.flat()).size);
  `);
  assert.equal(program.stdout, '{"loadedInParent":true,"ticks":true}\ntrue 0\n8\n', program.stderr);
});

test("loader hooks send processes to spawn, with one warning", LIMIT, async () => {
  const program = await runSource(
    `${programHead}
    for (let count = 0; count < 2; count++) {
      const child = await new Process({ target: targets.add, args: [1, 2] }).start();
      console.log(await child.result());
      await child.join();
    }
    `,
    { execArgv: ["--no-deprecation", `--import=${fixture("registers-hooks.js")}`] },
  );
  assert.equal(program.stdout, "3\n3\n", program.stderr);
  assert.equal(program.stderr.match(/ForkserverWarning/g)?.length, 1, program.stderr);
});

test(
  "a machine that forbids the filter sends processes to spawn, and says so once",
  LIMIT,
  async () => {
    const program = await runSource(`${programHead}
      await import(${JSON.stringify(fixture("forbids-seccomp.js"))});
      for (let count = 0; count < 2; count++) {
        const child = await new Process({ target: targets.add, args: [1, 2] }).start();
        console.log(await child.result());
        await child.join();
      }
      console.log(getStartMethod());
    `);
    assert.equal(program.stdout, "3\n3\nspawn\n", program.stderr);
    assert.equal(program.stderr.match(/ForkserverWarning/g)?.length, 1, program.stderr);
  },
);

test("an idle server keeps no program alive", LIMIT, async () => {
  const program = await runSource(`${programHead}
    const child = await new Process({ target: targets.nothing }).start();
    await child.join();
    process.on("exit", () => console.log("over"));
  `);
  assert.equal(program.stdout, "over\n");
  assert.equal(program.code, 0);
});

test("a child starts children with every method", LIMIT, async () => {
  for (const inner of ["spawn", "forkserver"] as const) {
    const child = new Process({
      target: targets.startAnother,
      args: [inner],
      startMethod: "forkserver",
    });
    await child.start();
    assert.equal((await child.result())["parentPid"], child.pid);
    assert.equal(await child.join(), true);
  }
});

test("threads run and end in a forked child", LIMIT, async () => {
  const child = new Process({ target: targets.runThread, startMethod: "forkserver" });
  await child.start();
  assert.equal(await child.result({ timeoutMs: 20_000 }), "Thread-1 (whoAmI)");
  assert.equal(await child.join({ timeoutMs: 20_000 }), true);
});

test("servers that died one after the other are no verdict for ever", LIMIT, async () => {
  const program = await runSource(`${programHead}
    import { getAllStartMethods } from "manyhands/multiprocessing";
    import { rmSync, writeFileSync } from "node:fs";
    import { fileURLToPath } from "node:url";
    const script = fileURLToPath(import.meta.url);
    const [flag, preload] = [script + ".flag", script + ".cjs"];
    writeFileSync(preload, \`
      const { existsSync } = require("node:fs");
      if (existsSync(\${JSON.stringify(flag)})) process.kill(process.pid, "SIGKILL");
    \`);
    writeFileSync(flag, "");
    setForkserverPreload([preload]);
    const run = async () => {
      const child = new Process({ target: Math.abs, args: [-7], startMethod: "forkserver" });
      return await (await child.start()).result();
    };
    console.log(await run(), getAllStartMethods().join());
    rmSync(flag);
    const now = performance.now.bind(performance);
    performance.now = () => now() + 60_000;
    console.log(getAllStartMethods().join(), await run(), getAllStartMethods().join());
  `);
  assert.equal(program.stdout, "7 spawn\nforkserver,spawn 7 forkserver,spawn\n", program.stderr);
});

/**
 * What can go wrong when a program is copied or started again, by whatever start method: the things
 * that belong to one process must not be shared with its children, and the other way round.
 */
import assert from "node:assert/strict";
import { inspect } from "node:util";
import { test } from "node:test";
import { PicklingError } from "manyhands/errors";
import { Event, Process } from "manyhands/multiprocessing";
import { FORK_FLAGS } from "#internal/workers/exec-argv.js";
import { expectNoLeftovers } from "../support/leftovers.js";
import { runSource } from "../support/run-program.js";
import { programHead } from "../workers/program-head.js";
import { runs, until } from "../workers/until.js";
import { warmUp } from "../workers/warm-up.js";

await expectNoLeftovers({ warmUp });
const LIMIT = { timeout: 60_000, skip: process.platform === "linux" ? false : "needs Linux" };
const fixture = (name: string): string => new URL(`../fixtures/${name}`, import.meta.url).href;

for (const outer of ["spawn", "forkserver", "fork"] as const) {
  const execArgv = outer === "fork" ? FORK_FLAGS : [];

  test(`${outer}: a child starts children by every method, or is told why not`, LIMIT, async () => {
    const program = await runSource(
      `${programHead}
      setStartMethod("${outer}");
      for (const inner of ["spawn", "forkserver", "fork"]) {
        const child = await new Process({ target: targets.startAnother, args: [inner] }).start();
        try {
          const { parentPid, exitCode } = await child.result();
          console.log(inner, parentPid === child.pid, exitCode);
        } catch (error) {
          console.log(inner, error.name, error.message);
        }
        await child.join();
      }
      `,
      { execArgv },
    );
    const told = /^fork StateError Cannot start with 'fork': .*manyhands run --start-method fork/m;
    assert.match(program.stdout, /^spawn true 0\nforkserver true 0\n/, program.stderr);
    if (outer === "fork") assert.match(program.stdout, /^fork true 0$/m, program.stderr);
    else assert.match(program.stdout, told, program.stderr);
  });

  test(
    `${outer}: options of Node reach the child, and those of one process do not`,
    LIMIT,
    async () => {
      const program = await runSource(
        `${programHead}
      setStartMethod("${outer}");
      const child = await new Process({ target: () => {
        const garbage = typeof globalThis.gc;
        return [garbage, process.throwDeprecation === true, process.env.NODE_OPTIONS];
      } }).start();
      console.log(JSON.stringify(await child.result()));
      await child.join();
      `,
        {
          execArgv: [...execArgv, "--expose-gc", "--cpu-prof", "--cpu-prof-dir=/dev/null/nowhere"],
          env: { NODE_OPTIONS: "--throw-deprecation" },
        },
      );
      const expected = '["function",true,"--throw-deprecation"]\n';
      assert.equal(program.stdout, expected, program.stderr);
    },
  );

  test(`${outer}: a rejection that nobody handled is printed under the name`, LIMIT, async () => {
    const program = await runSource(
      `${programHead}
      setStartMethod("${outer}");
      const child = await new Process({ target: targets.rejectLater, name: "Unlucky" }).start();
      await child.join();
      console.log(child.exitCode);
      `,
      { execArgv },
    );
    assert.equal(program.stdout, "1\n", program.stderr);
    assert.match(program.stderr, /^Process Unlucky:\n[^]*RangeError: rejected later/m);
  });

  test(`${outer}: an abort is seen as its signal`, LIMIT, async () => {
    const program = await runSource(
      `${programHead}
      setStartMethod("${outer}");
      const stdio = ["ignore", "ignore", "ignore"];
      const child = new Process({ target: () => process.abort(), stdio });
      await child.start();
      console.log(child.joinSync(), child.exitCode);
      `,
      { execArgv },
    );
    assert.equal(program.stdout, "true -6\n", program.stderr);
  });

  test(`${outer}: children that nobody joins leave no zombie`, LIMIT, async () => {
    const program = await runSource(
      `${programHead}
      import { readFileSync } from "node:fs";
      import { once } from "node:events";
      setStartMethod("${outer}");
      const children = [1, 2, 3].map(() => new Process({ target: targets.nothing }));
      for (const child of children) await child.start();
      for (const child of children) await child.sentinel.wait();
      const state = (pid) => {
        try {
          return readFileSync("/proc/" + pid + "/stat", "latin1").split(") ")[1][0];
        } catch {
          return "gone";
        }
      };
      const states = () => children.map(({ pid }) => state(pid)).join();
      // Who hears of an end first may be a moment ahead of who clears it away.
      const until = performance.now() + 20_000;
      while (/Z/.test(states()) && performance.now() < until) await sleep(5);
      console.log(states());
      `,
      { execArgv },
    );
    assert.equal(program.stdout, "gone,gone,gone\n", program.stderr);
  });
}

test("waiting for a process in blocking form leaves other exits to Node", LIMIT, async () => {
  const program = await runSource(`${programHead}
    import { spawn } from "node:child_process";
    import { once } from "node:events";
    for (const method of ["spawn", "forkserver"]) {
      const theirs = spawn(process.execPath, ["-e", "process.exit(7)"]);
      const exit = once(theirs, "exit");
      const child = new Process({ target: targets.wait, args: [300], startMethod: method });
      await child.start();
      console.log(child.joinSync(), child.exitCode, (await exit)[0]);
    }
  `);
  assert.equal(program.stdout, "true 0 7\ntrue 0 7\n", program.stderr);
});

test(
  "a child that a thread started outlives the thread, and dies with its program",
  LIMIT,
  async () => {
    const ends: number[] = [];
    const program = await runSource(
      `${programHead}
    import { Thread } from "manyhands/threading";
    const begin = async (daemon) => {
      const child = new Process({ target: targets.wait, args: [60_000], daemon });
      await child.start();
      return child.pid;
    };
    const thread = await new Thread({ target: begin, args: [true] }).start();
    const pid = await thread.result();
    console.log(pid);
    await sleep(60_000);
    `,
      {
        onOutput(text, pid) {
          if (!text.endsWith("\n")) return;
          ends.push(Number(text));
          process.kill(pid, "SIGKILL");
        },
      },
    );
    assert.equal(program.signal, "SIGKILL", program.stderr);
    await until(() => !runs(ends[0]!), "the end of the child");
  },
);

test(
  "a machine that forbids memory files runs processes all the same, and says so once",
  LIMIT,
  async () => {
    const program = await runSource(`${programHead}
    import { Lock, Manager, Pool } from "manyhands/multiprocessing";
    import { SharedArray } from "manyhands/threading";
    await import(${JSON.stringify(fixture("forbids-memory-files.js"))});
    for (let count = 0; count < 2; count++) {
      const child = await new Process({ target: targets.add, args: [1, 2] }).start();
      console.log(await child.result());
      await child.join();
    }
    const pool = new Pool(1);
    console.log(await pool.map((x) => x * 2, [1, 2]));
    await pool.terminate();
    const manager = await Manager();
    console.log(await (await manager.list([1])).length());
    await manager.shutdown();
    console.log(new SharedArray("i", 4).length);
    try { new Lock(); } catch (error) { console.log(error.name, error.message); }
  `);
    const told =
      /^3\n3\n\[ 2, 4 \]\n1\n4\nUnsupportedPlatformError .*forbids memory files \(memfd_create/;
    assert.match(program.stdout, told, program.stderr);
    assert.equal(program.stderr.match(/SharedMemoryWarning/g)?.length, 1, program.stderr);
    assert.equal(program.code, 0);
  },
);

test("a process shows its name, state, number and exit code", LIMIT, async () => {
  const shown = new Event();
  const child = new Process({ target: (event) => event.wait(), args: [shown], name: "shown" });
  assert.equal(String(child), "Process(shown, created)");
  await child.start();
  assert.match(inspect(child), new RegExp(`^Process\\(shown, \\w+, pid ${child.pid}\\)$`));
  shown.set();
  await child.join();
  assert.equal(inspect(child), `Process(shown, done, pid ${child.pid}, exit code 0)`);
});

test("what cannot cross is refused by start, which then may be tried again", LIMIT, async () => {
  const held = { cache: new WeakMap() };
  const child = new Process({ target: () => held.cache });
  await assert.rejects(child.start(), (error: PicklingError) => {
    assert.ok(error instanceof PicklingError);
    assert.match(error.path, /held → \.cache$/);
    return true;
  });
  assert.equal(child.pid, null);
});

test("a program whose directory was removed starts processes and programs", LIMIT, async () => {
  const program = await runSource(`${programHead}
    import { mkdtempSync, rmdirSync } from "node:fs";
    import { tmpdir } from "node:os";
    import { Pool } from "manyhands/multiprocessing";
    import { run } from "manyhands/subprocess";
    const folder = mkdtempSync(tmpdir() + "/removed-");
    process.chdir(folder);
    rmdirSync(folder);
    for (const startMethod of ["spawn", "forkserver"]) {
      const child = await new Process({ target: Math.abs, args: [-7], startMethod }).start();
      console.log(await child.result());
      const elsewhere = { target: () => process.cwd(), cwd: "/", startMethod };
      console.log(await (await new Process(elsewhere).start()).result());
      const pool = new Pool({ processes: 1, startMethod });
      console.log(await pool.apply((x) => x + 1, [7]));
      await pool.terminate();
    }
    console.log((await run(["echo", "said"], { captureOutput: true, text: true })).stdout.trim());
    await run(["./echo"]).catch(({ name, message }) => console.log(name, message));
  `);
  const lines = ["7", "/", "8", "7", "/", "8", "said"];
  const missing = 'NotFoundError there is no program "./echo"';
  assert.equal(program.stdout, [...lines, missing, ""].join("\n"), program.stderr);
});

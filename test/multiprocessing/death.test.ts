import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { FORK_FLAGS } from "#internal/workers/exec-argv.js";
import { expectNoLeftovers } from "../support/leftovers.js";
import { runSource } from "../support/run-program.js";
import { programHead } from "../workers/program-head.js";
import { runs, until } from "../workers/until.js";

await expectNoLeftovers();
const LIMIT = { timeout: 60_000, skip: process.platform === "linux" ? false : "needs /proc" };

/** As the terminal does it: to the whole group. */
const interrupt = (pid: number): void => void process.kill(-pid, "SIGINT");

for (const method of ["spawn", "forkserver", "fork"] as const) {
  const execArgv = method === "fork" ? FORK_FLAGS : [];
  const head = `${programHead} setStartMethod("${method}");`;

  test(
    `${method}: daemonic children die at once with a killed parent, others finish`,
    LIMIT,
    async () => {
      const folder = mkdtempSync(join(tmpdir(), "mh-death-"));
      const mark = join(folder, "finished");
      let pids: number[] = [];
      const program = await runSource(
        `${head}
        const daemon = new Process({ target: targets.spin, daemon: true });
        const idle = new Process({ target: targets.wait, args: [60_000], daemon: true });
        const other = new Process({ target: targets.finishLater, args: [${JSON.stringify(mark)}] });
        for (const child of [daemon, idle, other]) await child.start();
        await sleep(100);
        console.log(daemon.pid, idle.pid, other.pid);
        await sleep(60_000);
        `,
        {
          execArgv,
          onOutput(text, pid) {
            if (!text.includes("\n")) return;
            pids = text.trim().split(" ").map(Number);
            process.kill(pid, "SIGKILL");
          },
        },
      );
      assert.equal(program.signal, "SIGKILL");
      await until(() => !runs(pids[0]!) && !runs(pids[1]!), "the end of daemons");
      await until(() => existsSync(mark), "the end of the other");
      await until(() => !runs(pids[2]!), "its exit");
      rmSync(folder, { recursive: true });
    },
  );

  test(`${method}: a child hears of its parent's end while it joins it`, LIMIT, async () => {
    const program = await runSource(
      `${head}
      import { parentProcess } from "manyhands/multiprocessing";
      const child = new Process({ target: async () => {
        const parent = parentProcess();
        console.log(await parent.join({ timeoutMs: 0 }), await parent.join({ timeoutMs: 10 }));
        const gone = new AbortController();
        const joining = parent.join({ signal: gone.signal });
        gone.abort(new Error("enough"));
        console.log(await joining.catch((error) => error.message));
        const both = Promise.all([parent.join(), parent.join({ timeoutMs: 30_000 })]);
        console.log("joins");
        console.log(await both, parent.alive, await parent.join());
      } });
      await child.start();
      await sleep(60_000);
      `,
      {
        execArgv,
        onOutput(text, pid) {
          if (text.endsWith("joins\n")) process.kill(pid, "SIGKILL");
        },
      },
    );
    assert.equal(program.signal, "SIGKILL");
    assert.equal(program.stderr, "");
    assert.equal(program.stdout, "false false\nenough\njoins\n[ true, true ] false true\n");
  });

  test(`${method}: a child waits for its parent's end among other things`, LIMIT, async () => {
    const program = await runSource(
      `${head}
      import { parentProcess, Pipe, wait, waitSync } from "manyhands/multiprocessing";
      const [here, there] = Pipe();
      const joining = new Process({ target: () => {
        const parent = parentProcess();
        const sooner = [parent.joinSync({ timeoutMs: 0 }), parent.joinSync({ timeoutMs: 10 })];
        console.log("blocks");
        console.log(...sooner, parent.joinSync(), String(parent.sentinel));
      } });
      const waiting = new Process({ args: [there], target: async (connection) => {
        const parent = parentProcess();
        const things = [connection, parent];
        const sooner = waitSync(things, { timeoutMs: 10 }).length;
        console.log("blocks");
        const blocked = waitSync(things).includes(parent);
        console.log(sooner, blocked, (await wait([parent.sentinel])).length);
      } });
      await Promise.all([joining.start(), waiting.start()]);
      await sleep(60_000);
      `,
      {
        execArgv,
        onOutput(text, pid) {
          if (text === "blocks\nblocks\n") process.kill(pid, "SIGKILL");
        },
      },
    );
    assert.equal(program.signal, "SIGKILL");
    assert.equal(program.stderr, "");
    const ends = program.stdout.split("\n").filter((line) => line !== "blocks" && line !== "");
    assert.deepEqual(ends.sort(), ["0 true 1", "false false true Sentinel(MainProcess, ready)"]);
  });

  test(
    `${method}: a program joins its children at its end and ends the daemonic ones`,
    LIMIT,
    async () => {
      const program = await runSource(
        `${head}
        const daemon = await new Process({ target: targets.spin, daemon: true }).start();
        const other = await new Process({ target: targets.wait, args: [50] }).start();
        process.on("exit", () => console.log(daemon.exitCode, other.exitCode));
        ${method === "spawn" ? "process.exit(3)" : "process.exitCode = 3"};
        `,
        { execArgv },
      );
      assert.equal(program.stdout, "-15 0\n", program.stderr);
      assert.equal(program.code, 3);
    },
  );

  test(`${method}: Ctrl-C ends the whole family unless main handles it`, LIMIT, async () => {
    const dying = await runSource(
      `${head}
      const child = await new Process({ target: targets.waitAloud, args: [60_000] }).start();
      console.log(child.pid);
      await sleep(60_000);
      `,
      {
        execArgv,
        onOutput: (text, pid) => /up/.test(text) && /\d+\n/.test(text) && interrupt(pid),
      },
    );
    assert.equal(dying.signal, "SIGINT");
    const pid = Number(/\d+/.exec(dying.stdout)![0]);
    await until(() => !runs(pid), "the end of the child");

    const handling = await runSource(
      `${head}
      let interrupts = 0;
      process.on("SIGINT", () => interrupts++);
      const child = await new Process({ target: targets.waitAloud, args: [500] }).start();
      const own = await new Process({ target: targets.countInterrupt }).start();
      const results = [await child.result(), await own.result()];
      while (interrupts === 0) await sleep(1);
      console.log(...results, interrupts);
      `,
      {
        execArgv,
        onOutput: (text, pid) => text === "up\nup\n" && interrupt(pid),
      },
    );
    assert.equal(handling.stdout, "up\nup\nwaited interrupted 1\n", handling.stderr);
  });
}

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

expectNoLeftovers();
const LIMIT = { timeout: 60_000, skip: process.platform === "linux" ? false : "needs /proc" };

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
      await until(() => !runs(pids[0]!) && !runs(pids[1]!), "the end of daemons", 2_000);
      await until(() => existsSync(mark), "the end of the other");
      await until(() => !runs(pids[2]!), "its exit");
      rmSync(folder, { recursive: true });
    },
  );

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
      const child = await new Process({ target: targets.wait, args: [60_000] }).start();
      await sleep(150);
      console.log(child.pid);
      await sleep(60_000);
      `,
      {
        execArgv,
        onOutput: (_text, pid) => process.kill(-pid, "SIGINT"),
      },
    );
    assert.equal(dying.signal, "SIGINT");
    await until(() => !runs(Number(dying.stdout)), "the end of the child", 5_000);

    const handling = await runSource(
      `${head}
      let interrupts = 0;
      process.on("SIGINT", () => interrupts++);
      const child = await new Process({ target: targets.wait, args: [500] }).start();
      const own = await new Process({ target: targets.countInterrupt }).start();
      await sleep(300);
      console.log("ready");
      console.log(await child.result(), await own.result(), interrupts);
      `,
      {
        execArgv,
        onOutput: (text, pid) => text === "ready\n" && process.kill(-pid, "SIGINT"),
      },
    );
    assert.equal(handling.stdout, "ready\nwaited interrupted 1\n", handling.stderr);
  });
}

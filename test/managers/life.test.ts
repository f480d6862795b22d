import assert from "node:assert/strict";
import { test } from "node:test";
import { createTask, run, sleep, wait } from "manyhands/asyncio";
import { ManyhandsError, StateError } from "manyhands/errors";
import { BaseManager, Manager, SyncManager } from "manyhands/multiprocessing";
import { expectNoLeftovers } from "../support/leftovers.js";
import { runSource } from "../support/run-program.js";
import { runs, stopResting, until } from "../workers/until.js";
import { LIMIT, warmUp } from "./warm-up.js";

await expectNoLeftovers({ warmUp });
const head = `import { Manager, SyncManager, Process } from "manyhands/multiprocessing";`;

test("a manager ends with the block that uses it", LIMIT, async () => {
  let pid = 0;
  {
    await using manager = await Manager();
    pid = manager.pid!;
    assert.ok(runs(pid));
    assert.match(String(manager), /SyncManager \(started, pid \d+\)/);
  }
  assert.equal(runs(pid), false);
});

test("shutdown may be repeated, and ends everything", LIMIT, async () => {
  const manager = await Manager();
  const list = await manager.list();
  await manager.shutdown();
  await manager.shutdown();
  assert.equal(await manager.join(), true);
  await assert.rejects(list.length(), { name: "BrokenConnectionError" });
  await assert.rejects(manager.list(), ManyhandsError);
  await assert.rejects(manager.start(), StateError);
});

test("shutdown ends a server that is stopped", LIMIT, async () => {
  const manager = await Manager();
  const pid = manager.pid!;
  await stopResting(pid);
  await manager.shutdown();
  assert.equal(runs(pid), false);
});

for (const [what, program] of [
  [
    "whose fork server is stopped",
    `import { Manager } from "manyhands/multiprocessing";
    const manager = await Manager({ startMethod: "forkserver" });
    const stat = readFileSync("/proc/" + manager.pid + "/stat", "latin1");
    const forkServer = Number(stat.slice(stat.lastIndexOf(")")).split(" ")[2]);
    process.kill(forkServer, "SIGSTOP");
    const letGo = () => process.kill(forkServer, "SIGCONT");`,
  ],
  [
    "that native code holds",
    `import { Manager } from "manyhands/multiprocessing/dummy";
    import { execFileSync } from "node:child_process";
    import { writeFileSync } from "node:fs";
    import { fileURLToPath } from "node:url";
    const pipe = fileURLToPath(new URL("./pipe", import.meta.url));
    execFileSync("mkfifo", [pipe]);
    const manager = await Manager();
    const list = await manager.list([1]);
    list.map(() => readFileSync(pipe).length).catch(() => {});
    const letGo = () => writeFileSync(pipe, "");`,
  ],
] as const) {
  test(`shutdown comes to an end with a server ${what}, and says so`, LIMIT, async () => {
    const { stdout, stderr } = await runSource(`
      import { readFileSync } from "node:fs";
      process.on("warning", ({ code }) => console.log(code));
      ${program}
      await manager.shutdown();
      letGo();
      console.log(await manager.join({ timeoutMs: 30_000 }));`);
    assert.equal(stdout, "MANYHANDS_SERVER_HELD\ntrue\n", stderr);
  });
}

test("a shutdown whose task is cancelled goes on, and can be waited for", LIMIT, async () => {
  const manager = await Manager();
  const pid = manager.pid!;
  await stopResting(pid);
  await run(async () => {
    const task = createTask(() => manager.shutdown());
    await sleep(0);
    task.cancel();
    await wait([task]);
  });
  await manager.shutdown();
  assert.equal(runs(pid), false);
});

test("an initializer runs first, and its failure is that of the start", LIMIT, async () => {
  class Told extends BaseManager {
    declare Word: () => Promise<{ get(): Promise<unknown> }>;
  }
  Told.register("Word", () => ({ get: () => (globalThis as { word?: string }).word }));
  const initializer = (word: string): void => {
    (globalThis as { word?: string }).word = word;
  };
  await using manager = await new Told().start({ initializer, initArgs: ["hello"] });
  assert.equal(await (await manager.Word()).get(), "hello");
  const failing = new SyncManager();
  const fail = (): never => {
    throw new RangeError("cannot begin");
  };
  await assert.rejects(failing.start({ initializer: fail }), RangeError);
  await failing.start();
  await failing.shutdown();
});

test("a manager does not keep the program alive, and goes with it", LIMIT, async () => {
  const program = await runSource(
    `${head}
    const manager = await Manager();
    const list = await manager.list([1]);
    console.log(manager.pid, await list.length());`,
  );
  assert.equal(program.stderr, "");
  assert.equal(program.code, 0);
  assert.match(program.stdout, /^\d+ 1\n$/);
  await until(() => !runs(Number.parseInt(program.stdout, 10)), "the end of the server");
});

test("a call that waits keeps the program alive", LIMIT, async () => {
  const program = await runSource(
    `${head}
    const manager = await Manager();
    const queue = await manager.Queue();
    const child = await new Process({ target: async (q) => {
      await new Promise((resolve) => setTimeout(resolve, 300));
      q.putSync("late");
    }, args: [queue], daemon: true }).start();
    queue.get().then(console.log);`,
  );
  assert.equal(program.stdout, "late\n");
});

test("the server dies with a program that is killed", LIMIT, async () => {
  let pid = 0;
  const program = await runSource(
    `${head}
    const manager = await Manager();
    console.log(manager.pid);
    setInterval(() => {}, 1000);`,
    {
      onOutput(text, program) {
        if (!text.includes("\n")) return;
        pid = Number.parseInt(text, 10);
        process.kill(program, "SIGKILL");
      },
    },
  );
  assert.equal(program.signal, "SIGKILL");
  await until(() => !runs(pid), "the end of the server");
});

test("Ctrl-C does not end the server before the program has used it", LIMIT, async () => {
  const program = await runSource(
    `${head}
    const manager = await Manager();
    const list = await manager.list([1]);
    process.once("SIGINT", async () => {
      console.log(await list.push(2));
      await manager.shutdown();
      console.log("clean");
    });
    const alive = setTimeout(() => {}, 30_000);
    process.once("SIGINT", () => clearTimeout(alive));
    console.log("ready");`,
    {
      onOutput(text, program) {
        if (text === "ready\n") process.kill(-program, "SIGINT");
      },
    },
  );
  assert.equal(program.stdout, "ready\n2\nclean\n");
});

test("shutting down sends nothing of the server's inside to its client", LIMIT, async () => {
  // The functions of immediates that are queued beside the server's own would show by warnings.
  const program = await runSource(
    `${head}
    class Busy {
      start() {
        let turns = 0;
        const turn = () => { turns++; setImmediate(turn); };
        for (let index = 0; index < 5; index++) turn();
      }
    }
    SyncManager.register("Busy", Busy);
    const manager = await Manager();
    await (await manager.Busy()).start();
    await manager.shutdown();
    console.log("clean");`,
  );
  assert.equal(program.stderr, "");
  assert.equal(program.stdout, "clean\n");
});

for (const startMethod of ["spawn", "forkserver"] as const) {
  test(`a manager works when its server is started by ${startMethod}`, LIMIT, async () => {
    await using manager = await Manager({ startMethod });
    const dict = await manager.dict({ a: 1 });
    assert.equal(dict.getSync("a"), 1);
  });
}

test(
  "a manager of a program started for fork works, and its proxies in forked children",
  LIMIT,
  async () => {
    const { FORK_FLAGS } = await import("#internal/workers/exec-argv.js");
    const program = await runSource(
      `${head}
    const manager = await new SyncManager({ startMethod: "fork" }).start();
    const list = await manager.list([1]);
    await list.push(2);
    const child = new Process({ startMethod: "fork", target: async () => {
      await list.push(3);
      list.pushSync(4);
    } });
    await child.start();
    await child.result();
    await child.join();
    console.log(await list.toArray());
    await manager.shutdown();`,
      { execArgv: FORK_FLAGS },
    );
    assert.equal(program.stderr, "");
    assert.equal(program.stdout, "[ 1, 2, 3, 4 ]\n");
  },
);

test("without shared memory managers work through sockets", LIMIT, async () => {
  const program = await runSource(
    `${head}
    const manager = await Manager();
    const list = await manager.list([1]);
    const child = await new Process({ target: async (l) => await l.push(2), args: [list] }).start();
    console.log(await child.result(), await list.toArray());
    try { list.lengthSync(); } catch (error) { console.log(error.name); }
    await manager.shutdown();`,
    { env: { MANYHANDS_PLATFORM: "none" } },
  );
  assert.equal(program.stderr, "");
  assert.equal(program.stdout, "2 [ 1, 2 ]\nUnsupportedPlatformError\n");
});

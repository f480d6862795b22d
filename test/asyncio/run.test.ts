import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import {
  allTasks,
  createTask,
  Event,
  getRunningLoop,
  Queue,
  run,
  Runner,
  sleep,
  timeout,
} from "manyhands/asyncio";
import { CancelledError, ClosedError, StateError } from "manyhands/errors";
import { runSource } from "../support/run-program.js";
import { expectNoLeftovers } from "../support/leftovers.js";

await expectNoLeftovers();
const limit = { timeout: 60_000 };

test("run gives what main gives, or its error", limit, async () => {
  assert.equal(await run(async () => 5), 5);
  assert.equal(await run(() => "sync"), "sync");
  assert.equal(await run(Promise.resolve(6)), 6);
  await assert.rejects(
    run(() => {
      throw new Error("main");
    }),
    /main/,
  );
  await assert.rejects(run(5 as never), TypeError);
});

test("a run inside a run is refused", limit, async () => {
  await run(async () => {
    await assert.rejects(
      run(async () => {}),
      StateError,
    );
    await assert.rejects(
      createTask(() => run(async () => {})),
      StateError,
    );
  });
});

test("at its end, run cancels what is unfinished and waits for it", limit, async () => {
  const seen: string[] = [];
  await run(async () => {
    createTask(async () => {
      try {
        await sleep(10_000);
      } finally {
        await sleep(2);
        createTask(() => sleep(10_000));
        seen.push("cleaned up");
      }
    });
    await sleep(0);
  });
  assert.deepEqual(seen, ["cleaned up"]);
  assert.equal(allTasks().size, 0);
});

test("no timer and no handle is left after a run", limit, async () => {
  const { stdout, code } = await runSource(`
    import { run, sleep, timeout, createTask, Event } from "manyhands/asyncio";
    import { getRunningLoop, startServer } from "manyhands/asyncio";
    await run(async () => {
      createTask(() => sleep(60_000));
      void timeout(60_000, () => new Event().wait());
      void Promise.race([sleep(60_000), sleep(0)]);
      getRunningLoop().callLater(60_000, () => {});
      await startServer(() => {}, 0);
      await sleep(1);
    });
    // Handles that were closed are gone when the loop has gone round.
    for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
    const kinds = process.getActiveResourcesInfo();
    console.log(JSON.stringify(kinds.filter((kind) => /TCP|Immediate|Timeout/.test(kind))));
  `);
  assert.equal(stdout.trim(), "[]");
  assert.equal(code, 0);
});

test("a run that only waits keeps the program alive", limit, async () => {
  const { stdout, code } = await runSource(
    `
    import { run, Event, sleep } from "manyhands/asyncio";
    const event = new Event();
    setTimeout(() => process.emit("SIGINT"), 50).unref();
    await run(() => event.wait()).catch((error) => console.log(error.message));
  `,
  );
  assert.match(stdout, /SIGINT/);
  assert.equal(code, 0);
});

test("Ctrl-C cancels main, which may clean up, and then run rejects", limit, async () => {
  const { stdout, code } = await runSource(
    `
    import { run, sleep } from "manyhands/asyncio";
    const main = async () => {
      try { console.log("ready"); await sleep(60_000); }
      finally { await sleep(1); console.log("cleaned up"); }
    };
    await run(main).catch((error) => console.log(error.name, error.message));
    console.log(process.listenerCount("SIGINT"));
  `,
    {
      onOutput: (text, pid) => {
        if (text === "ready\n") process.kill(pid, "SIGINT");
      },
    },
  );
  assert.equal(stdout, "ready\ncleaned up\nCancelledError interrupted by SIGINT (Ctrl-C)\n0\n");
  assert.equal(code, 0);
});

test("a second Ctrl-C does not wait for main", limit, async () => {
  const { stdout } = await runSource(
    `
    import { currentTask, run } from "manyhands/asyncio";
    const stuck = () => {
      currentTask().signal.addEventListener("abort", () => console.log("once"));
      console.log("ready");
      return new Promise(() => {});
    };
    process.once("message", () => {});
    await run(stuck).catch((error) => console.log(error.message));
    process.exit(0);
  `,
    {
      onOutput: (text, pid) => {
        if (text === "ready\n" || text === "ready\nonce\n") process.kill(pid, "SIGINT");
      },
    },
  );
  assert.match(stdout, /interrupted by SIGINT/);
});

test("failures that nobody saw are reported with the task's name, once", limit, async () => {
  const { stderr } = await runSource(`
    import { run, createTask, sleep, gather } from "manyhands/asyncio";
    await run(async () => {
      createTask(async () => { throw new Error("unseen") }, { name: "forgotten" });
      const seen = createTask(async () => { throw new Error("looked at") }, { name: "seen" });
      await gather([seen]).catch(() => {});
      await sleep(0);
    });
  `);
  assert.equal(stderr.match(/forgotten failed and nobody awaited it/g)?.length, 1);
  assert.match(stderr, /unseen/);
  assert.doesNotMatch(stderr, /looked at/);
});

test("outside of a run too, when collected or before the program ends", limit, async () => {
  const source = (waiting: string): string => `
    import { createTask, Future, sleep } from "manyhands/asyncio";
    createTask(async () => { throw new Error("unseen") }, { name: "forgotten" });
    (() => { new Future().setException(new Error("future")) })();
    await sleep(1);
    ${waiting}
    console.error("end of program");
  `;
  const { stderr } = await runSource(source(""));
  assert.match(stderr, /end of program[\s\S]*forgotten failed/);
  const collect = "for (let n = 0; n < 20; n++) { gc(); await sleep(5); }";
  const collected = await runSource(source(collect), { execArgv: ["--expose-gc"] });
  assert.match(collected.stderr, /Future failed[\s\S]*end of program/);
  assert.match(collected.stderr, /forgotten failed[\s\S]*end of program/);
  assert.equal(collected.stderr.match(/forgotten failed/g)?.length, 1);
  assert.equal(collected.stderr.match(/Future failed/g)?.length, 1);
});

test("a runner's tasks live until it is closed", limit, async () => {
  const seen: string[] = [];
  const runner = new Runner();
  const queue = new Queue<string>();
  await runner.run(async () => {
    createTask(async () => {
      try {
        for await (const item of queue) seen.push(item);
      } finally {
        seen.push("closed");
      }
    });
    queue.tryPut("one");
    await sleep(0);
  });
  await runner.run(async () => {
    queue.tryPut("two");
    await sleep(0);
  });
  assert.deepEqual(seen, ["one", "two"]);
  await runner.close();
  await runner.close();
  assert.deepEqual(seen, ["one", "two", "closed"]);
  await assert.rejects(
    runner.run(async () => {}),
    ClosedError,
  );
});

test("the loop calls back in order, after a time, and not when cancelled", limit, async () => {
  const loop = getRunningLoop();
  const seen: unknown[] = [];
  const [at, later] = [new Event(), new Event()];
  loop.callSoon((value: number) => void seen.push(value), 1);
  const dropped = loop.callSoon(() => void seen.push("dropped"));
  dropped.cancel();
  assert.equal(dropped.cancelled, true);
  loop.callSoon(() => void seen.push(2));
  loop.callLater(0, () => void seen.push("dropped")).cancel();
  loop.callAt(loop.time(), () => at.set());
  const start = loop.time();
  const handle = loop.callLater(5, () => later.set());
  await at.wait();
  await later.wait();
  assert.ok(loop.time() - start >= 4);
  assert.ok(handle.when >= start + 5);
  assert.deepEqual(seen, [1, 2]);
  assert.throws(() => loop.callLater(-1, () => {}), RangeError);
  assert.throws(() => loop.callSoon(5 as never), TypeError);
});

test("two tasks that keep waking each other do not starve timers", limit, async () => {
  const queue = new Queue<number>(1);
  const feed = createTask(async () => {
    for (;;) await queue.put(1);
  });
  const eat = createTask(async () => {
    for (;;) await queue.get();
  });
  await sleep(2);
  feed.cancel();
  eat.cancel();
  await assert.rejects(feed, CancelledError);
});

test("work of an executor is awaited and cancelled like a task", limit, async () => {
  const events: string[] = [];
  const executor = {
    submit<A extends unknown[], R>(fn: (...args: A) => R, ...args: A): PromiseLike<Awaited<R>> {
      const work = Promise.resolve(fn(...args)) as Promise<Awaited<R>>;
      return Object.assign(work, { cancel: () => events.push("cancelled") });
    },
  };
  const loop = getRunningLoop();
  assert.equal(await loop.runInExecutor(executor, (a: number, b: number) => a + b, 2, 3), 5);
  const never = createTask(async () =>
    loop.runInExecutor(executor, () => new Promise<void>(() => {})),
  );
  await sleep(1);
  never.cancel();
  await assert.rejects(never, CancelledError);
  assert.deepEqual(events, ["cancelled"]);
  assert.throws(() => loop.runInExecutor({} as never, () => {}), TypeError);
  await assert.rejects(
    timeout(1, () => loop.runInExecutor(executor, () => new Promise<void>(() => {}))),
    /time/,
  );
});

test("options of the wrong type are refused", limit, async () => {
  await assert.rejects(
    run(() => 1, "debug" as never),
    TypeError,
  );
  await assert.rejects(
    run(() => 1, { debug: 1 as never }),
    TypeError,
  );
  assert.throws(() => new Runner(null as never), TypeError);
});

test("the loop, its handles and scopes of time show their state", limit, async () => {
  const loop = getRunningLoop();
  const soon = loop.callSoon(() => {});
  const later = loop.callLater(60_000, () => {});
  assert.deepEqual(
    [loop, soon, later].map((object) => inspect(object)),
    ["<EventLoop running>", "<Handle waiting>", "<TimerHandle waiting>"],
  );
  later.cancel();
  await sleep(0);
  assert.deepEqual([String(soon), String(later)], ["<Handle called>", "<TimerHandle cancelled>"]);
  const shown = await timeout(60_000, async (scope) => inspect(scope));
  assert.equal(shown, "<Timeout active>");
});

/**
 * What every start method must do, written once. Run in the tests' own process for `spawn` and
 * `forkserver`, and in a program started for forking for `fork`.
 */
import assert from "node:assert/strict";
import { once } from "node:events";
import { StateError, TimeoutError, WorkerDiedError } from "manyhands/errors";
import { activeChildren, Process } from "manyhands/multiprocessing";
import type { Clause } from "./clause.js";
import { connectionClauses } from "./process-connections.js";
import { movedBytesClauses } from "./process-moved-bytes.js";
import * as targets from "../workers/targets.js";

const QUIET = ["ignore", "ignore", "ignore"] as const;

async function ended(process: Process<never>): Promise<number | null> {
  await process.start();
  assert.equal(await process.join({ timeoutMs: 20_000 }), true);
  return process.exitCode;
}

export const processContract: readonly Clause[] = [
  {
    name: "gives back what a target returns, sync or async",
    async run(startMethod) {
      for (const target of [targets.add, targets.addLater]) {
        const child = new Process({ target, args: [2, 3], startMethod });
        await child.start();
        assert.equal(await child.result(), 5);
        assert.equal(child.resultSync(), 5);
        assert.equal(await child.join(), true);
        assert.equal(child.exitCode, 0);
        assert.equal(child.alive, false);
        assert.equal(await child.exception(), null);
      }
    },
  },
  {
    name: "hands kwargs over as one last argument",
    async run(startMethod) {
      const options = { target: targets.echo, args: [1], kwargs: { b: 2 }, startMethod };
      const child = await new Process(options).start();
      assert.deepEqual(await child.result(), [1, { b: 2 }]);
      await child.join();
    },
  },
  {
    name: "waits without the event loop",
    async run(startMethod) {
      const child = await new Process({ target: targets.wait, args: [1_000], startMethod }).start();
      assert.equal(child.joinSync({ timeoutMs: 1 }), false);
      assert.equal(child.joinSync(), true);
      assert.equal(child.exitCode, 0);
      assert.equal(child.resultSync(), "waited");
      const quick = await new Process({ target: targets.add, args: [1, 1], startMethod }).start();
      assert.equal(quick.resultSync(), 2);
      assert.equal(quick.joinSync(), true);
    },
  },
  {
    name: "tells a null that was thrown from nothing",
    async run(startMethod) {
      for (const nothing of [null, undefined]) {
        const target = (thrown: unknown): void => {
          throw thrown;
        };
        const child = new Process({ target, args: [nothing], startMethod, stdio: QUIET });
        assert.equal(await ended(child as Process<never>), 1);
        assert.equal((await child.exception())?.message, `${nothing} was thrown`);
        assert.equal(child.exceptionSync()?.message, `${nothing} was thrown`);
        await assert.rejects(child.result(), (thrown) => thrown === nothing);
      }
    },
  },
  {
    name: "throws what the target threw and exits with 1",
    async run(startMethod) {
      const child = new Process({ target: targets.fail, startMethod, stdio: QUIET });
      assert.equal(await ended(child as Process<never>), 1);
      await assert.rejects(child.result(), { name: "TypeError", message: "it went wrong" });
      assert.throws(() => child.resultSync(), TypeError);
      assert.equal((await child.exception())?.message, "it went wrong");
    },
  },
  {
    name: "reports every way of dying exactly",
    async run(startMethod) {
      const cases: [number, (...args: never[]) => unknown, unknown[]][] = [
        [0, targets.nothing, []],
        [3, targets.exitWith, [3]],
        [255, targets.exitWith, [255]],
        [7, targets.setExitCode, [7]],
        [-9, targets.killSelf, ["SIGKILL"]],
        [-15, targets.killSelf, ["SIGTERM"]],
        [1, targets.throwLater, []],
        [1, targets.rejectLater, []],
      ];
      for (const [expected, target, args] of cases) {
        const child = new Process({
          target: target as (...args: unknown[]) => unknown,
          args,
          startMethod,
          stdio: QUIET,
        });
        assert.equal(await ended(child as unknown as Process<never>), expected, target.name);
      }
    },
  },
  {
    name: "ends at terminate, kill and interrupt, seen at once by joins of both kinds",
    async run(startMethod) {
      for (const [end, code] of [
        ["terminate", -15],
        ["kill", -9],
        ["interrupt", -2],
      ] as const) {
        const child = await new Process({ target: targets.spin, startMethod }).start();
        assert.equal(child.alive, true);
        const joined = child.join();
        child[end]();
        assert.equal(child.joinSync({ timeoutMs: 20_000 }), true);
        assert.equal(child.exitCode, code);
        assert.equal(await joined, true);
        await assert.rejects(child.result(), (error: WorkerDiedError) => {
          assert.ok(error instanceof WorkerDiedError);
          assert.equal(error.exitCode, code);
          assert.equal(error.pid, child.pid);
          assert.equal(error.task, "spin");
          return true;
        });
      }
    },
  },
  {
    name: "knows who it is",
    async run(startMethod) {
      const child = new Process({
        target: targets.identity,
        name: "somebody",
        startMethod,
        cwd: "/",
        env: { ...process.env, MANYHANDS_TEST_EXTRA: "given" },
      });
      await child.start();
      const seen = await child.result();
      assert.deepEqual(seen, {
        pid: child.pid,
        ppid: process.pid,
        title: "somebody",
        name: "somebody",
        daemon: false,
        parent: "MainProcess",
        parentPid: process.pid,
        parentAlive: true,
        children: 0,
        cwd: "/",
        extra: "given",
        argv: process.argv[1],
      });
      assert.notEqual(child.pid, process.pid);
      await child.join();
    },
  },
  {
    name: "draws random numbers of its own",
    async run(startMethod) {
      targets.randomness();
      const children = [1, 2, 3].map(
        () => new Process({ target: targets.randomness, startMethod }),
      );
      await Promise.all(children.map((child) => child.start()));
      const drawn = await Promise.all(children.map((child) => child.result()));
      assert.equal(new Set([...drawn.flat(), ...targets.randomness()]).size, 20);
      await Promise.all(children.map((child) => child.join()));
    },
  },
  {
    name: "runs everything that node has",
    async run(startMethod) {
      const child = await new Process({ target: targets.everything, startMethod }).start();
      assert.deepEqual(await child.result({ timeoutMs: 30_000 }), {
        sum: 5,
        fromThread: 300_000,
        printed: "hi",
        code: 0,
        key: true,
        zipped: true,
        garbage: 100_000,
        signalled: "SIGUSR2",
        served: "served",
      });
      assert.equal(await child.join({ timeoutMs: 20_000 }), true);
      assert.equal(child.exitCode, 0);
    },
  },
  {
    name: "runs exit handlers and prints",
    async run(startMethod) {
      const child = new Process({ target: targets.exitHandlers, startMethod, stdio: "pipe" });
      await child.start();
      let text = "";
      child.stdout!.on("data", (chunk: Buffer) => (text += chunk.toString()));
      const closed = once(child.stdout!, "close");
      await child.join();
      await closed;
      assert.equal(text, "exit handler 4\n");
      assert.equal(child.exitCode, 4);
    },
  },
  {
    name: "prints uncaught errors under its name",
    async run(startMethod) {
      for (const target of [targets.fail, targets.throwLater]) {
        const child = new Process({ target, name: "Unlucky", startMethod, stdio: "pipe" });
        await child.start();
        let text = "";
        child.stderr!.on("data", (chunk: Buffer) => (text += chunk.toString()));
        const closed = once(child.stderr!, "close");
        await child.join();
        await closed;
        assert.match(text, /^Process Unlucky:\n[^]*Error: (it went wrong|thrown later)/);
      }
    },
  },
  {
    name: "runs the run() of a subclass, whose fields travel",
    async run(startMethod) {
      const child = new targets.Counter(21, startMethod);
      await child.start();
      assert.equal(await child.result(), 42);
      await child.join();
    },
  },
  {
    name: "gives the run() of a subclass its target, by super.run()",
    async run(startMethod) {
      const kwargs = { suffix: "!" };
      const args = ["ho"] as [string];
      const child = new targets.Twice({
        target: targets.join,
        args,
        kwargs,
        name: "Twice",
        startMethod,
      });
      await child.start();
      assert.deepEqual(await child.result(), ["ho!", "ho!", "Twice"]);
      await child.join();
    },
  },
  {
    name: "starts processes of its own, but not as a daemon",
    async run(startMethod) {
      const child = new Process({ target: targets.startAnother, args: ["spawn"], startMethod });
      await child.start();
      const inner = await child.result();
      assert.equal(inner["name"], `${child.name}:1`);
      assert.equal(inner["parent"], child.name);
      assert.equal(inner["parentPid"], child.pid);
      assert.equal(inner["exitCode"], 0);
      await child.join();
      const daemon = new Process({ target: targets.tryChildren, daemon: true, startMethod });
      await daemon.start();
      assert.equal(await daemon.result(), "StateError");
      await daemon.join();
    },
  },
  {
    name: "refuses what is out of order",
    async run(startMethod) {
      const child = new Process({ target: targets.wait, args: [1_000], startMethod });
      assert.throws(() => child.joinSync(), StateError);
      await assert.rejects(child.join(), StateError);
      assert.throws(() => child.sentinel, StateError);
      assert.throws(() => child.terminate(), StateError);
      await child.start();
      await assert.rejects(child.start(), StateError);
      assert.throws(() => child.close(), StateError);
      assert.throws(() => {
        child.daemon = true;
      }, StateError);
      await assert.rejects(child.result({ timeoutMs: 0 }), TimeoutError);
      assert.ok(activeChildren().includes(child as unknown as Process));
      assert.equal(await child.sentinel.wait(), true);
      assert.equal(activeChildren().includes(child as unknown as Process), false);
      child.close();
      child.close();
      assert.throws(() => child.exitCode, { name: "ClosedError" });
    },
  },
  ...connectionClauses,
  ...movedBytesClauses,
];

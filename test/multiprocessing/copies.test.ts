/** What belongs to a program and must not come along when it is copied by fork. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { FORK_PRELUDE } from "#internal/workers/child-entry.js";
import { FORK_FLAGS } from "#internal/workers/exec-argv.js";
import { expectNoLeftovers } from "../support/leftovers.js";
import { runSource } from "../support/run-program.js";
import { programHead } from "../workers/program-head.js";

await expectNoLeftovers();
const LIMIT = { timeout: 60_000, skip: process.platform === "linux" ? false : "needs Linux" };

/** As `manyhands run --start-method fork` starts a program. */
const AS_RUN = [...FORK_FLAGS, `--import=${FORK_PRELUDE}`];

test("a copy has none of its program's timers, sockets and handlers", LIMIT, async () => {
  const program = await runSource(
    `${programHead}
    import { createServer } from "node:net";
    import { once } from "node:events";
    import { writeSync } from "node:fs";
    const where = () => (process.pid === main ? " in main\\n" : " in a copy\\n");
    const say = (who) => writeSync(1, who + where());
    const main = process.pid;
    process.on("exit", () => say("exit handler"));
    process.on("SIGTERM", () => say("signal handler"));
    process.on("uncaughtException", () => say("error handler"));
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    setTimeout(() => { say("timer"); server.close(); }, 300);
    const quick = await new Process({ target: () => "done" }).start();
    const ever = () => new Promise(() => setInterval(() => {}, 1000));
    const ended = await new Process({ target: ever }).start();
    console.log(await quick.result(), await quick.join(), quick.exitCode);
    ended.terminate();
    await ended.join();
    console.log(ended.exitCode);
    process.removeAllListeners("SIGTERM");
    `,
    { execArgv: AS_RUN, env: { MANYHANDS_START_METHOD: "fork" } },
  );
  // When the timer fires depends on how busy the machine is.
  const lines = program.stdout.split("\n").filter((line) => line !== "timer in main");
  assert.deepEqual(lines, ["done true 0", "-15", "exit handler in main", ""], program.stderr);
  assert.equal(program.stdout.match(/timer in main/g)?.length, 1);
  assert.equal(program.code, 0);
});

test("a copy that was made just now hears a signal that its program handles", LIMIT, async () => {
  const program = await runSource(
    `${programHead}
    process.on("SIGTERM", () => console.log("handled"));
    for (let count = 0; count < 20; count++) {
      const copy = await new Process({ target: targets.wait, args: [60_000] }).start();
      copy.terminate();
      if (!(await copy.join({ timeoutMs: 40_000 }))) console.log("not ended");
    }
    console.log("ended");
    process.removeAllListeners("SIGTERM");
    `,
    { execArgv: AS_RUN, env: { MANYHANDS_START_METHOD: "fork" } },
  );
  assert.equal(program.stdout, "ended\n", program.stderr);
});

test("a copy waits and is woken by a bell of its own", LIMIT, async () => {
  const program = await runSource(
    `${programHead}
    import { Event } from "manyhands/multiprocessing";
    setStartMethod("fork");
    const [toCopy, toMain] = [new Event(), new Event()];
    const heard = toMain.wait(); // main's bell is there, and armed, when the copy is made
    const copy = new Process({ target: async () => {
      const waiting = toCopy.wait();
      toMain.set();
      return await waiting;
    } });
    await copy.start();
    console.log(await heard);
    toCopy.set();
    console.log(await copy.result());
    await copy.join();
    `,
    { execArgv: FORK_FLAGS },
  );
  assert.equal(program.stdout, "true\ntrue\n", program.stderr);
  assert.equal(program.code, 0);
});

test("a copy made just after a capture has no session with the inspector", LIMIT, async () => {
  const program = await runSource(
    `${programHead}
    import { Session } from "node:inspector";
    let ended = 0;
    const { disconnect } = Session.prototype;
    Session.prototype.disconnect = function () {
      ended++;
      return disconnect.call(this);
    };
    const captured = { x: 1 };
    const sent = new Process({ target: () => captured.x, startMethod: "spawn" });
    const copy = new Process({ startMethod: "fork", target: async () => {
      const before = ended;
      const again = new Process({ target: () => captured.x + 1, startMethod: "spawn" });
      await again.start();
      while (ended === before) await sleep(1);
      return [before, await again.result(), await again.join()];
    } });
    await Promise.all([sent.start(), copy.start()]);
    console.log(JSON.stringify(await copy.result()));
    await Promise.all([sent.join(), copy.join()]);
    `,
    { execArgv: FORK_FLAGS },
  );
  assert.equal(program.stdout, "[1,2,true]\n", program.stderr);
  assert.equal(program.code, 0);
});

test("a copy can fork by hand, and both halves end when they are done", LIMIT, async () => {
  const program = await runSource(
    `${programHead}
    import { fork, waitpid } from "manyhands/os";
    const copy = await new Process({ target: async () => {
      const pid = fork();
      if (pid !== 0) return waitpid(pid).exitCode;
      await sleep(20);
      process.exit(9);
    } }).start();
    console.log(await copy.result(), await copy.join(), copy.exitCode);
    `,
    { execArgv: AS_RUN, env: { MANYHANDS_START_METHOD: "fork" } },
  );
  assert.equal(program.stdout, "9 true 0\n", program.stderr);
});

test("a copy refuses the processes of its program, and leaves them alone", LIMIT, async () => {
  const program = await runSource(
    `${programHead}
    import { wait } from "manyhands/multiprocessing";
    const fresh = new Process({ target: targets.wait, args: [1] });
    const brothers = ["fork", "spawn"].map(
      (startMethod) => new Process({ target: targets.wait, args: [60_000], startMethod }));
    for (const brother of brothers) await brother.start();
    const main = process.pid;
    const copy = await new Process({ target: async () => {
      const uses = {
        alive: (it) => it.alive,
        sentinel: (it) => it.sentinel,
        wait: (it) => wait([it], { timeoutMs: 0 }),
      };
      for (const verb of ["start", "join", "joinSync", "result", "resultSync", "exception"])
        uses[verb] = (it) => it[verb]();
      for (const verb of ["close", "terminate", "kill"]) uses[verb] = (it) => it[verb]();
      const accepted = [];
      for (const it of [fresh, ...brothers]) {
        for (const [name, use] of Object.entries(uses)) {
          const refused = await (async () => use(it))().catch((error) => error);
          const why = it.name + " belongs to process " + main + ", of which this one is a copy";
          if (refused?.message.startsWith(why)) continue;
          accepted.push([it.name, name, String(refused)]);
        }
      }
      const shown = (it) => String(it).includes("of process " + main);
      return [accepted, ...brothers.map((it) => [it.exitCode, shown(it)])];
    } }).start();
    console.log(JSON.stringify(await copy.result()));
    await copy.join();
    for (const brother of brothers) {
      console.log(brother.alive);
      brother.kill();
      await brother.join();
    }
    `,
    { execArgv: AS_RUN, env: { MANYHANDS_START_METHOD: "fork" } },
  );
  const told = "[[],[null,true],[null,true]]\ntrue\ntrue\n";
  assert.equal(program.stdout, told, program.stderr);
});

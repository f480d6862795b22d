import assert from "node:assert/strict";
import { test } from "node:test";
import { runSource } from "../support/run-program.js";

const limit = { timeout: 60_000 };

test(
  "locks between threads need no native code, those between processes say so",
  limit,
  async () => {
    const { stdout, stderr } = await runSource(
      `import * as threading from "manyhands/threading";
     import * as multiprocessing from "manyhands/multiprocessing";
     for (const name of ["Lock", "RLock", "Semaphore", "BoundedSemaphore", "Condition", "Event"]) {
       new threading[name]();
       try { new multiprocessing[name](); } catch (error) { console.log(name, error.name); }
     }
     new threading.Barrier(1);
     try { new multiprocessing.Barrier(1); } catch (error) { console.log("Barrier", error.name); }
     const lock = new threading.Lock();
     console.log(await lock.run(() => lock.locked), lock.locked);`,
      { env: { MANYHANDS_PLATFORM: "none" } },
    );
    const names = [
      "Lock",
      "RLock",
      "Semaphore",
      "BoundedSemaphore",
      "Condition",
      "Event",
      "Barrier",
    ];
    const refused = names.map((name) => `${name} UnsupportedPlatformError\n`).join("");
    assert.equal(stdout, `${refused}true false\n`, stderr);
  },
);

test("the environment switches the search for deadlocks on", limit, async () => {
  const { stdout, stderr } = await runSource(
    `import { Lock } from "manyhands/threading";
     const lock = new Lock({ name: "own" });
     lock.acquireSync();
     try {
       lock.acquireSync({ timeoutMs: 5000 });
     } catch (error) {
       console.log(error.name, error.cycle.length);
     }`,
    { env: { MANYHANDS_DETECT_DEADLOCKS: "1" } },
  );
  assert.equal(stdout, "DeadlockError 1\n", stderr);
});

test("a thread that blocks for an RLock which its own flow holds is refused", limit, async () => {
  const { stdout, stderr } = await runSource(
    `import { RLock } from "manyhands/threading";
     const lock = new RLock();
     await lock.acquire();
     console.log(lock.acquireSync({ timeoutMs: 10 }));
     try { lock.acquireSync(); } catch (error) { console.log(error.name); }
     const second = lock.acquire({ timeoutMs: 1300 });
     process.on("warning", (warning) => console.log(warning.name));
     console.log(await second);`,
  );
  assert.equal(stdout, "false\nDeadlockError\nNestedLockWarning\nfalse\n", stderr);
});

test("a program that waits for nothing ends, whatever locks it made", limit, async () => {
  const { stdout, code } = await runSource(
    `import { Lock, Event } from "manyhands/multiprocessing";
     const lock = new Lock();
     lock.acquireSync();
     lock.release();
     await new Event().wait({ timeoutMs: 5 });
     console.log("done");`,
  );
  assert.equal(stdout, "done\n");
  assert.equal(code, 0);
});

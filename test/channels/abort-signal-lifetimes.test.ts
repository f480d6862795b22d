/** Signals that crossed keep no program alive, and their relays end with those who have them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { runSource } from "../support/run-program.js";

const limit = { timeout: 60_000 };

const helpers = `
  import { Process, Queue } from "manyhands/multiprocessing";
  import { familyMember } from "#internal/core/family-arena.js";
  import { blocksInUse } from "${new URL("blocks-in-use.js", import.meta.url).href}";
  const until = async (condition) => {
    const end = performance.now() + 40_000;
    while (!condition() && performance.now() < end) {
      globalThis.gc?.();
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  const relays = () => blocksInUse(familyMember()).KIND_ABORT ?? 0;
`;

test("neither side is kept alive by a signal", limit, async () => {
  const { stdout, code } = await runSource(`${helpers}
    const controller = new AbortController();
    const target = (signal) => { signal.addEventListener("abort", () => {}); };
    const there = new Process({ target, args: [controller.signal] });
    await there.start();
    console.log(await there.join({ timeoutMs: 40_000 }));
  `);
  assert.deepEqual([stdout, code], ["true\n", 0]);
});

test(
  "relays end with the signals, the receivers and the processes that have them",
  limit,
  async () => {
    const { stdout, stderr } = await runSource(
      `${helpers}
    const held = [];
    const target = (signal, began) => {
      signal.addEventListener("abort", () => {});
      began.putSync(1);
      setInterval(() => {}, 1000);
    };
    const began = new Queue();
    await (async () => {
      const there = new Process({ target, args: [new AbortController().signal, began] });
      await there.start();
      await began.get();
      console.log("followed:", relays());
      there.kill();
      await there.join();
    })();
    await until(() => relays() === 0);
    console.log("left:", relays());

    // The other way round: the sender dies, and the receiver is told that nobody will abort.
    const signals = new Queue();
    const send = (signals) => {
      globalThis.controllers = [new AbortController()];
      signals.putSync(globalThis.controllers[0].signal);
      setInterval(() => {}, 1000);
    };
    await (async () => {
      const there = new Process({ target: send, args: [signals] });
      await there.start();
      const signal = await signals.get();
      signal.addEventListener("abort", () => {});
      console.log("followed:", relays());
      there.kill();
      await there.join();
      console.log("aborted:", signal.aborted);
    })();
    await until(() => relays() === 0);
    console.log("left:", relays());
  `,
      { execArgv: ["--expose-gc"] },
    );
    const expected = "followed: 1\nleft: 0\nfollowed: 1\naborted: false\nleft: 0\n";
    assert.equal(stdout, expected, stderr);
  },
);

test("one that only a listener refers to still hears of the abort", limit, async () => {
  const { stdout, stderr } = await runSource(
    `${helpers}
    const target = async (signals, answers) => {
      const listen = async () => {
        const signal = await signals.get();
        signal.addEventListener("abort", () => answers.putSync("heard"));
      };
      await listen();
      for (let i = 0; i < 20; i++) {
        globalThis.gc();
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      answers.putSync("began");
      const end = performance.now() + 40_000;
      while (performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 20));
    };
    const [signals, answers] = [new Queue(), new Queue()];
    const controller = new AbortController();
    const there = new Process({ target, args: [signals, answers] });
    await there.start();
    await signals.put(controller.signal);
    console.log(await answers.get());
    controller.abort();
    console.log(await answers.get());
    there.kill();
    await there.join();
  `,
    { execArgv: ["--expose-gc"] },
  );
  assert.equal(stdout, "began\nheard\n", stderr);
});

test("without shared memory signals reach threads, and processes refuse them", limit, async () => {
  const { stdout, stderr } = await runSource(
    `
    import { Thread } from "manyhands/threading";
    import { Process } from "manyhands/multiprocessing";
    const controller = new AbortController();
    const target = async (signal) => {
      while (!signal.aborted) await new Promise((resolve) => setTimeout(resolve, 5));
      return signal.reason;
    };
    const thread = new Thread({ target, args: [controller.signal] });
    await thread.start();
    const there = new Process({ target, args: [controller.signal] });
    await Promise.resolve(there.start()).catch((error) => console.log(error.name, error.path));
    controller.abort("over");
    console.log(await thread.result());
  `,
    { env: { MANYHANDS_PLATFORM: "none" } },
  );
  assert.match(stdout, /^PicklingError args → \[0\]\nover\n$/, stdout + stderr);
});

/**
 * Descriptors that garbage holds come back before they are used up, and where none is free, a block
 * that arrives says so, and not that it is gone.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { expectNoLeftovers } from "../support/leftovers.js";
import { runSource } from "../support/run-program.js";

await expectNoLeftovers();

const linux = process.platform === "linux";
const LIMIT = { timeout: 60_000, skip: !linux && "descriptors are limited by a shell" };

test("a block that comes where no descriptor is free tells of that", LIMIT, async () => {
  const { stdout, stderr } = await runSource(
    `
    import { Process, Queue, closeBuffer, shareBuffer } from "manyhands/multiprocessing";
    const [there, back] = [new Queue(), new Queue()];
    const keep = (from, to) => {
      const kept = [];
      for (;;) {
        try {
          kept.push(from.getSync());
          to.putSync("kept");
        } catch (error) {
          kept.length = 0;
          return to.putSync(error.name + ": " + error.message);
        }
      }
    };
    const child = await new Process({ target: keep, args: [there, back] }).start();
    let answer;
    do {
      const bytes = shareBuffer(100_000);
      await there.put(bytes);
      closeBuffer(bytes);
      answer = await back.get();
    } while (answer === "kept");
    console.log(answer);
    await child.join();
    `,
    { descriptors: 120 },
  );
  assert.match(stdout, /^UnpicklingError: .*EMFILE/, stderr);
});

const MADE = {
  shareBuffer: "shareBuffer(1_000)",
  SharedArray: 'new SharedArray("i", 100)',
  SharedMemory: "SharedMemory.create({ size: 1_000 })",
};
const DROPPED: Partial<Record<string, string>> = { SharedMemory: "made.close(); made.unlink();" };

for (const [name, made] of Object.entries(MADE)) {
  for (const pool of ["Pool", "ThreadPool"]) {
    test(`${name} can be made and dropped without end, also by a ${pool}`, LIMIT, async () => {
      const { stdout, stderr } = await runSource(
        `
        import { ${name}, ${pool} } from "manyhands/multiprocessing";
        const pool = new ${pool}(1);
        const use = (made) => String(made).length > 0;
        let done = 0;
        for (let at = 0; at < 700; at++) {
          const made = ${made};
          if (await pool.apply(use, [made])) done++;
          ${DROPPED[name] ?? ""}
        }
        console.log(done);
        await pool.terminate();
        `,
        { descriptors: 200 },
      );
      assert.equal(stdout, "700\n", stderr);
    });
  }
}

test("they come back to code that blocks, which leaves some to others", LIMIT, async () => {
  const { stdout, stderr } = await runSource(
    `
    import { readFileSync } from "node:fs";
    import { Pool, shareBuffer } from "manyhands/multiprocessing";
    const pool = new Pool(1);
    let sum = 0;
    for (let at = 0; at < 500; at++) {
      const bytes = shareBuffer(1_000);
      pool.applySync((bytes) => void (bytes[0] = 2), [bytes]);
      if (readFileSync("/dev/null", "latin1") === "") sum += bytes[0];
    }
    console.log(sum, typeof gc);
    await pool.terminate();
    `,
    { descriptors: 200 },
  );
  assert.equal(stdout, "1000 undefined\n", stderr);
});

test("what is still referred to is kept however few are left", LIMIT, async () => {
  const { stdout, stderr } = await runSource(
    `
    import { closeBuffer, shareBuffer } from "manyhands/multiprocessing";
    const kept = [];
    const fill = () => {
      try {
        for (;;) kept.push(shareBuffer(8).fill(kept.length));
      } catch ({ code }) {
        return code;
      }
    };
    const codes = new Set([fill(), fill()]);
    const most = kept.length;
    closeBuffer(kept.pop());
    kept.pop();
    // After a collection that was in vain there is none for a while.
    do codes.add(fill());
    while (kept.length < most);
    const isWhole = kept.every((bytes, at) => bytes.every((byte) => byte === at));
    console.log([...codes].join(), most - kept.length, isWhole);
    `,
    { descriptors: 120 },
  );
  assert.equal(stdout, "EMFILE 0 true\n", stderr);
});

test("a first wait takes the descriptors that garbage holds", LIMIT, async () => {
  const { stdout, stderr } = await runSource(
    `
    import { openSync } from "node:fs";
    import { Queue, shareBuffer } from "manyhands/multiprocessing";
    const queue = new Queue();
    queue.putSync(1);
    queue.getSync();
    const fill = () => {
      const made = Array.from({ length: 20 }, () => shareBuffer(8));
      try {
        for (;;) openSync("/dev/null");
      } catch ({ code }) {
        return [code, made.length];
      }
    };
    console.log(...fill());
    setImmediate(() => queue.putSync(2));
    console.log(await queue.get());
    process.exit();
    `,
    { descriptors: 100 },
  );
  assert.equal(stdout, "EMFILE 20\n2\n", stderr);
});

/** Where no descriptor is free, a block that arrives says so, and not that it is gone. */
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

/** A loop over `asCompleted` that is left, or out of time, leaves nothing at unfinished futures. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { runSource } from "../support/run-program.js";

const LIMIT = { timeout: 60_000 };

const AWAITED = {
  "a loop that is left": "for await (const _ of asCompleted([done, unfinished])) break;",
  "a loop out of time":
    "try { for await (const _ of asCompleted([done, unfinished], { timeoutMs: 0 })); } catch {}",
};

/** @param more further loops, and `names`, what they import besides */
export function asCompletedLeft(
  module: string,
  more: Readonly<Record<string, string>> = {},
  names: readonly string[] = [],
): void {
  for (const [what, loop] of Object.entries({ ...AWAITED, ...more })) {
    test(`${what} leaves nothing at an unfinished future`, LIMIT, async () => {
      const { stdout, stderr } = await runSource(
        `
        import { setTimeout } from "node:timers/promises";
        import { ${["Future", "asCompleted", ...names].join(", ")} } from "${module}";
        const unfinished = new Future();
        const made = [];
        async function once() {
          const done = new Future();
          const value = {};
          done.setResult(value);
          made.push(new WeakRef(value));
          ${loop}
        }
        for (let n = 0; n < 100; n++) await once();
        for (let n = 0; n < 20; n++) {
          gc();
          await setTimeout(1);
        }
        console.log(made.filter((one) => one.deref() !== undefined).length);
        `,
        { execArgv: ["--expose-gc"] },
      );
      assert.equal(stderr, "");
      // The last one may still be on the stack.
      assert.ok(Number(stdout) <= 1, `${stdout.trim()} of 100 are left`);
    });
  }
}

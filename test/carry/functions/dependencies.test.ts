import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";
import { packageRoot } from "../../support/package-root.ts";

const run = promisify(execFile);
const limit = { timeout: 60_000 };

/** Packages that only this program finds: the library itself lies elsewhere. */
const FILES: Readonly<Record<string, string>> = {
  "package.json": JSON.stringify({
    name: "program",
    type: "module",
    imports: { "#inside": { import: "./inside.js" } },
    exports: { "./itself": { import: "./inside.js" } },
  }),
  "inside.js": "export const inside = () => 'inside';",
  "node_modules/only/package.json": JSON.stringify({
    name: "only",
    exports: { ".": { import: "./only.mjs" }, "./part": { import: "./part.mjs" } },
  }),
  "node_modules/only/only.mjs": "export const only = () => 'only';",
  "node_modules/only/part.mjs": "export const part = () => 'part';",
  "node_modules/dual/package.json": JSON.stringify({
    name: "dual",
    exports: { import: "./dual.mjs", require: "./dual.cjs" },
  }),
  "node_modules/dual/dual.mjs": "export const half = () => 'import'; export const state = {};",
  "node_modules/dual/dual.cjs": "exports.half = () => 'require'; exports.state = {};",
  // Loaded by the task, it must come upon the very modules that the task's own imports are.
  "user.js": "import { state } from 'dual'; state.user = 'seen';",
  "main.js": `
    import { inside } from "#inside";
    import { inside as itself } from "program/itself";
    import { only } from "only";
    import { part } from "only/part";
    import { half, state } from "dual";
    import { Process, SimpleQueue } from "manyhands/multiprocessing";
    import { Thread } from "manyhands/threading";

    const task = async () => {
      await import("./user.js");
      const again = await import("only");
      const there = import.meta.resolve("only").split("/").at(-1);
      return [inside(), itself(), part(), again.only === only, half(), state.user, there].join();
    };
    const given = async (queue) => {
      await queue.put(() => half());
      return queue;
    };
    const kind = process.argv[2];
    const start = async (target, ...args) => {
      const child = kind === "thread"
        ? new Thread({ target, args })
        : new Process({ target, args, startMethod: kind });
      await child.start();
      return child.result();
    };
    console.log(await start(task));
    const named = { inside, itself, only, part, half };
    for (const fn of Object.values(named)) console.log(await start((it) => it(), fn));
    console.log(await start((queue) => queue.getSync()(), await given(new SimpleQueue())));
    console.log(await start(() => import("nowhere").catch((error) => error.message)));
  `,
};

describe("a carried function imports as its own file does", () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "manyhands-dependencies-")));
  const file = (name: string): string => join(folder, name);

  before(() => {
    for (const [name, text] of Object.entries(FILES)) {
      mkdirSync(dirname(file(name)), { recursive: true });
      writeFileSync(file(name), text);
    }
    symlinkSync(packageRoot, file("node_modules/manyhands"), "junction");
  });
  after(() => rmSync(folder, { recursive: true }));

  const methods = process.platform === "linux" ? ["spawn", "forkserver"] : ["spawn"];
  for (const kind of ["thread", ...methods]) {
    test(`in a ${kind}`, limit, async () => {
      const { stdout, stderr } = await run(process.execPath, [file("main.js"), kind]);
      assert.equal(stderr, "");
      assert.deepEqual(stdout.trimEnd().split("\n"), [
        "inside,inside,part,true,import,seen,only.mjs",
        "inside",
        "inside",
        "only",
        "part",
        "import",
        "import",
        `Cannot find package 'nowhere' imported from ${file("main.js")}`,
      ]);
    });
  }
});

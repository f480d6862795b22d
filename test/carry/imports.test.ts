/** What a function imports stays an import, however often the function is sent on. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { runSource } from "../support/run-program.js";

const limit = { timeout: 60_000 };

const HOPS = `
  const inThread = async (target) => (await new threading.Thread({ target }).start()).result();
  const inProcess = async (target, ...args) =>
    (await new mp.Process({ target, args }).start()).result();
  const twice = (target) =>
    Promise.all([inThread(() => inProcess(target)), inProcess(() => inThread(target))]);
`;

async function prints(source: string, extension: "mjs" | "cjs", expected: unknown): Promise<void> {
  const { stdout, stderr } = await runSource(source, { extension });
  assert.deepEqual(JSON.parse(stdout || "null"), expected, stderr);
}

test("namespaces that a function captured are imported again at each hop", limit, () =>
  prints(
    `
    import * as fs from "node:fs";
    import * as mp from "manyhands/multiprocessing";
    import * as threading from "manyhands/threading";
    import * as subprocess from "manyhands/subprocess";
    ${HOPS}
    const back = await inProcess(() => () => [typeof fs.readFileSync, typeof subprocess.run]);
    console.log(JSON.stringify([
      await twice(() => typeof fs.readFileSync),
      await twice(() => typeof subprocess.run),
      back(),
    ]));`,
    "mjs",
    [
      ["function", "function"],
      ["function", "function"],
      ["function", "function"],
    ],
  ),
);

test("what import() gave in a child can be sent on and back", limit, () =>
  prints(
    `
    import * as mp from "manyhands/multiprocessing";
    import * as threading from "manyhands/threading";
    ${HOPS}
    const back = await inProcess(async () => {
      const os = await import("node:os");
      const errors = await import("manyhands/errors");
      const there = await inThread(() => [typeof os.EOL, typeof errors.PicklingError]);
      return () => [...there, typeof os.EOL, typeof errors.PicklingError];
    });
    console.log(JSON.stringify(back()));`,
    "mjs",
    ["string", "function", "string", "function"],
  ),
);

test("a namespace of Node's own goes as an argument and comes back as itself", limit, () =>
  prints(
    `
    import * as fs from "node:fs";
    import * as mp from "manyhands/multiprocessing";
    import * as threading from "manyhands/threading";
    ${HOPS}
    const [kind, back] = await inProcess((given) => [typeof given.readFileSync, given], fs);
    console.log(JSON.stringify([kind, back === fs]));`,
    "mjs",
    ["function", true],
  ),
);

test("require and what it gave are taken anew at each hop", limit, () =>
  prints(
    `
    const mp = require("manyhands/multiprocessing");
    const threading = require("manyhands/threading");
    const { threadId } = require("node:worker_threads");
    ${HOPS}
    (async () => {
      const ids = await inThread(async () => [
        (await import("node:worker_threads")).threadId,
        threadId,
        ...(await inThread(() => [require("node:worker_threads").threadId, threadId])),
      ]);
      console.log(JSON.stringify([
        await twice(() => typeof require("node:os").EOL),
        ids[0] === ids[1], ids[2] === ids[3], ids[0] === ids[2],
      ]));
    })();`,
    "cjs",
    [["string", "string"], true, true, false],
  ),
);

test("module crosses as what a CommonJS file knows of itself", limit, () =>
  prints(
    `
    const mp = require("manyhands/multiprocessing");
    const threading = require("manyhands/threading");
    const { basename } = require("node:path");
    module.exports.five = 5;
    exports.six = () => 6;
    ${HOPS}
    const look = () => [
      module.exports.five, module.exports === exports, module.exports.six(),
      basename(module.filename), module.filename === __filename, module.path === __dirname,
      module.id, typeof module.require("node:os").EOL, require.main === module,
    ];
    (async () => {
      const [here, [once, again]] = [look(), await twice(look)];
      console.log(JSON.stringify([await inProcess(look), once, again, here]));
    })();`,
    "cjs",
    [false, false, false, true].map((isMain) => [
      5,
      true,
      6,
      "program.cjs",
      true,
      true,
      ".",
      "string",
      isMain,
    ]),
  ),
);

test("what import() gave of the library, CommonJS and JSON is captured and given", limit, () =>
  prints(
    `
    import { writeFileSync } from "node:fs";
    import * as mp from "manyhands/multiprocessing";
    const write = (name, text) => writeFileSync(new URL(name, import.meta.url), text);
    write("./legacy.cjs", "exports.double = (n) => 2 * n; module.exports.five = 5;");
    write("./listed.cjs", "const one = () => 1;\\nmodule.exports = { one };");
    write("./data.json", '{ "answer": 42 }');
    const [threads, root] = [await import("manyhands/threading"), await import("manyhands")];
    const [legacy, listed] = [await import("./legacy.cjs"), await import("./listed.cjs")];
    const data = await import("./data.json", { with: { type: "json" } });
    const threading = root.threading;
    ${HOPS}
    const look = () => [
      typeof threads.Lock, root.threading.Lock === threads.Lock,
      legacy.double(legacy.default.five), listed.one(), data.default.answer,
    ];
    const given = [threads, legacy, data];
    const [kind, sum, answer, ...back] = await inProcess((threads, legacy, data) =>
      [typeof threads.Lock, legacy.double(2), data.default.answer, threads, legacy], ...given);
    console.log(JSON.stringify([
      await twice(look),
      [kind, sum, answer, back[0] === threads, back[1] === legacy],
    ]));`,
    "mjs",
    [
      [
        ["function", true, 10, 1, 42],
        ["function", true, 10, 1, 42],
      ],
      ["function", 4, 42, true, true],
    ],
  ),
);

test("a module around a CommonJS file is not taken for that", limit, () =>
  prints(
    `
    import { writeFileSync } from "node:fs";
    import * as mp from "manyhands/multiprocessing";
    const write = (name, text) => writeFileSync(new URL(name, import.meta.url), text);
    write("./hidden.cjs", "for (const name of ['nine']) module.exports[name] = () => 9;");
    write("./around.mjs", \`import whole from "./hidden.cjs";
      export default whole;
      export const nine = whole.nine;\`);
    const around = await import("./around.mjs");
    const child = new mp.Process({ target: () => around.nine() });
    console.log(JSON.stringify(await child.start().catch((error) => error.name)));`,
    "mjs",
    "PicklingError",
  ),
);

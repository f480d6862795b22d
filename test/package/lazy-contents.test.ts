/** The contents page loads nothing until something of a namespace is used. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { runSource } from "../support/run-program.js";

const LIMIT = { timeout: 60_000 };
/** Node 26 reads the certificates that it names in a thread of its own. */
const ENV = { NODE_EXTRA_CA_CERTS: undefined };

/** Says what `body` makes Node load: files of the package, and modules of its own. */
const watched = (body: string): string => `
  import { Session } from "node:inspector";
  import "node:util";
  const session = new Session();
  session.connect();
  const files = [];
  session.on("Debugger.scriptParsed", ({ params }) => {
    const [, file] = /\\/dist\\/(.*)$/.exec(params.url) ?? [];
    if (file !== undefined) files.push(file);
  });
  session.post("Debugger.enable");
  await import("data:text/javascript,import 'node:fs'; import 'node:module'; import 'node:url';");
  void import.meta.url; // which Node has a module for
  const before = new Set(process.moduleLoadList);
  files.length = 0;
  ${body}
  const modules = process.moduleLoadList.filter((name) => !before.has(name));
  console.log(JSON.stringify({ files, modules }));
`;

async function loadedBy(body: string): Promise<{ files: string[]; modules: string[] }> {
  const { stdout, stderr } = await runSource(watched(body), { env: ENV });
  assert.equal(stderr.replace(/^Debugger.*\n/gm, ""), "");
  return JSON.parse(stdout) as never;
}

test("the root is one file, and needs no module of Node that is not there", LIMIT, async () => {
  const loaded = await loadedBy(`await import("manyhands");`);
  assert.deepEqual(loaded, { files: ["entry/index.js"], modules: [] });
});

test("asking which names a namespace has loads nothing", LIMIT, async () => {
  const { files } = await loadedBy(`
    const { threading, ...others } = await import("manyhands");
    if (!("Lock" in threading) || !Object.keys(threading).includes("Thread")) throw new Error();
    for (const namespace of Object.values(others)) Object.keys(namespace);
  `);
  assert.deepEqual(files, ["entry/index.js"]);
});

test("the first use of a namespace loads its module and no other", LIMIT, async () => {
  const { files } = await loadedBy(`
    const { sched } = await import("manyhands");
    new sched.Scheduler();
  `);
  assert.ok(files.includes("sched/index.cjs"), files.join());
  assert.deepEqual(
    files.filter((file) => /^(?!sched).*index\.c?js$/.test(file)),
    ["entry/index.js"],
  );
});

test("a module that is being imported elsewhere can be used meanwhile", LIMIT, async () => {
  const { stdout, stderr } = await runSource(`
    import { asyncio } from "manyhands";
    let imported;
    let turns = 0;
    void import("manyhands/asyncio").then((module) => (imported = module));
    void import("manyhands/threading");
    const early = [];
    while (imported === undefined) {
      if (++turns % 3 === 1) early.push(asyncio.run);
      await new Promise((resolve) => setImmediate(resolve));
    }
    console.log(early.length > 0, early.every((run) => run === imported.run));
  `);
  assert.equal(stdout, "true true\n", stderr);
});

test("a namespace crosses in what a function captures", LIMIT, async () => {
  const { stdout, stderr } = await runSource(`
    import { threading, sched } from "manyhands";
    import { Thread } from "manyhands/threading";
    const local = await import("manyhands");
    const make = () => {
      const { queue, os } = local;
      return () => [threading.Thread === Thread, new queue.Queue().size, os.getpid(), sched];
    };
    const thread = await new threading.Thread({ target: make() }).start();
    const [same, size, pid, back] = await thread.result();
    console.log(same, size, pid === process.pid, typeof back.Scheduler);
  `);
  assert.equal(stdout, "true 0 true function\n", stderr);
});

test("what was required crosses in what a function captures", LIMIT, async () => {
  const { stdout, stderr } = await runSource(`
    import { createRequire } from "node:module";
    import { Process, Queue } from "manyhands/multiprocessing";
    const require = createRequire(import.meta.url);
    const make = () => {
      const [all, sched] = [require("manyhands"), require("manyhands/sched")];
      return async (queue) => {
        const { createRequire } = await import("node:module");
        const require = createRequire(import.meta.url);
        const [own, part] = [require("manyhands"), require("manyhands/sched")];
        await queue.put([all === own, sched === part, typeof sched.Scheduler]);
      };
    };
    const queue = new Queue();
    const process = await new Process({ target: make(), args: [queue] }).start();
    console.log(...(await queue.get()));
    await process.join();
  `);
  assert.equal(stdout, "true true function\n", stderr);
});

/** What options of Node load before a program, in the threads and processes that it starts. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";
import { packageRoot } from "../support/package-root.ts";

const run = promisify(execFile);
const LIMIT = { timeout: 60_000 };

const START = `
  import { Process } from "manyhands/multiprocessing";
  import { Thread } from "manyhands/threading";
  const start = async (kind, target) => {
    const thread = () => new Thread({ target });
    const child = kind === "thread" ? thread() : new Process({ target, startMethod: kind });
    await child.start();
    return child.result();
  };
`;
const FILES: Readonly<Record<string, string>> = {
  "main.mjs": `${START}
    process.chdir("elsewhere");
    const target = () => [globalThis.imported, globalThis.required, process.env.FROM_FILE].join();
    const methods = process.platform === "win32" ? ["spawn"] : ["spawn", "forkserver"];
    for (const kind of ["thread", ...methods]) console.log(await start(kind, target));
    const nested = async () => (await start("thread", target));
    console.log(await start("thread", nested), await start("spawn", nested));
  `,
  "hooked.mjs": `${START}
    console.log(await start("thread", async () => (await import("made-up")).default));
  `,
  "failing.mjs": `${START}
    console.log(await start("thread", () => 1).catch((error) => error.message));
  `,
  "with space/imported.mjs": "globalThis.imported = 'imported';",
  "required.cjs": "globalThis.required = 'required';",
  "options.env": "FROM_FILE=from a file",
  "hooks.mjs": `
    import { register } from "node:module";
    register("./resolve.mjs", import.meta.url);
  `,
  "resolve.mjs": `
    export const resolve = (name, context, next) =>
      next(name === "made-up" ? "data:text/javascript,export default 'made'" : name, context);
  `,
  "throwing.mjs": `
    import { isMainThread } from "node:worker_threads";
    if (!isMainThread) throw new Error("not in threads");
  `,
  "elsewhere/empty": "",
};

describe("code that options of Node load", () => {
  const folder = mkdtempSync(join(packageRoot, "build", "program-"));

  before(() => {
    for (const [name, text] of Object.entries(FILES)) {
      mkdirSync(join(folder, name, ".."), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
  });
  after(() => rmSync(folder, { recursive: true }));

  const printed = async (args: readonly string[], options?: string): Promise<string[]> => {
    const env = { ...process.env, ...(options === undefined ? {} : { NODE_OPTIONS: options }) };
    const flags = ["--no-warnings", ...args];
    const { stdout } = await run(process.execPath, flags, { cwd: folder, env });
    return stdout.trimEnd().split("\n");
  };
  const methods = process.platform === "win32" ? 1 : 2;
  const everywhere = (text: string): string[] => [
    ...Array.from({ length: 1 + methods }, () => text),
    `${text} ${text}`,
  ];

  test("is found by relative paths after a change of the directory", LIMIT, async () => {
    const loaded = ["--import", "./with%20space/imported.mjs", "-r", "./required.cjs"];
    const lines = await printed([...loaded, "--env-file=options.env", "main.mjs"]);
    assert.deepEqual(lines, everywhere("imported,required,from a file"));
  });

  test("is found so where NODE_OPTIONS name it", LIMIT, async () => {
    const options = '--import="./with space/imported.mjs" --require ./required.cjs';
    assert.deepEqual(await printed(["main.mjs"], options), everywhere("imported,required,"));
  });

  test("registers loader hooks in threads too", LIMIT, async () => {
    assert.deepEqual(await printed(["--import=./hooks.mjs", "hooked.mjs"]), ["made"]);
  });

  test("fails a thread in which it fails", LIMIT, async () => {
    const lines = await printed(["--import=./throwing.mjs", "failing.mjs"]);
    assert.deepEqual(lines, ["not in threads"]);
  });
});

/** What returns from children that have the main script as a module is the parent's own. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { FORK_FLAGS } from "#internal/workers/exec-argv.js";
import { getAllStartMethods } from "manyhands/multiprocessing";
import { expectNoLeftovers } from "../support/leftovers.js";
import { runSource } from "../support/run-program.js";

await expectNoLeftovers();

const METHODS = ["fork", "forkserver", "spawn", "thread"] as const;
type Method = (typeof METHODS)[number];

function isMissing(method: Method): boolean {
  if (method === "fork") return process.platform !== "linux";
  return method !== "thread" && !getAllStartMethods().includes(method);
}

const TARGETS = `
class Base {}
class Item extends Base {}
class Lost extends Error {}
let step = 1;
export const make = () => new Item();
function stepped() { return step; }
export function every() { return [new Item(), Item, Base, stepped]; }
export function lose() { throw new Lost("x"); }
export async function put(queue) {
  step = 2;
  for (const item of every()) await queue.put(item);
}
export async function answer(end) {
  step = 3;
  const [item, type, fn] = await end.recv();
  await end.send([item instanceof Item, type === Item, fn === stepped, fn()]);
}
const isOwn = ([item, type, base, fn]) =>
  item instanceof Item && type === Item && base === Base && fn === stepped;
`;

const starting = (method: Method): string => `
const start = (target, ...args) => ${
  method === "thread"
    ? "new Thread({ target, args, importMain: true })"
    : `new Process({ target, args, startMethod: "${method}", importMain: ${method !== "fork"} })`
}.start();
const run = async (target, ...args) => (await start(target, ...args)).result();
const four = async (queue) => [
  await queue.get(), await queue.get(), await queue.get(), await queue.get(),
];
`;

const HEAD = `
import { isMain, Pipe, Process, Queue } from "manyhands/multiprocessing";
import { Thread } from "manyhands/threading";
`;

async function answers(method: Method, body: string): Promise<unknown> {
  const { stdout, stderr } = await runSource(
    `${HEAD} ${TARGETS} ${starting(method)} if (isMain(import.meta)) {
      ${body} console.log(JSON.stringify(answers));
    }`,
    { execArgv: method === "fork" ? FORK_FLAGS : [] },
  );
  assert.notEqual(stdout, "", stderr);
  return JSON.parse(stdout);
}

for (const method of METHODS) {
  const options = { timeout: 60_000, skip: isMissing(method) && `no ${method} here` };

  test(
    `${method}: what a child returns, throws and puts is the parent's own`,
    options,
    async () => {
      const found = await answers(
        method,
        `
      const inline = await run(() => new Item());
      const error = await run(lose).catch((error) => error);
      const queue = new Queue();
      await run(put, queue);
      const answers = [
        inline instanceof Item, (await run(make)) instanceof Item, isOwn(await run(every)),
        error instanceof Lost, isOwn(await four(queue)),
      ];`,
      );
      assert.deepEqual(found, [true, true, true, true, true]);
    },
  );

  test(
    `${method}: who has not the script gets a copy, which comes home as well`,
    options,
    async () => {
      const found = await answers(
        method,
        `
      const queue = new Queue();
      const sibling = await new Process({
        startMethod: "spawn",
        target: async (queue) => {
          const [item, type, base, fn] = [
            await queue.get(), await queue.get(), await queue.get(), await queue.get(),
          ];
          return [item instanceof type && item instanceof base, fn(), [item, type, base, fn]];
        },
        args: [queue],
      }).start();
      await run(put, queue);
      const [works, steps, back] = await sibling.result();
      const answers = [works, steps, isOwn(back)];`,
      );
      assert.deepEqual(found, [true, 2, true]);
    },
  );

  const where = method === "fork" ? "does not see" : "sees";
  const own = method !== "fork";
  test(`${method}: a child ${where} its own functions in messages`, options, async () => {
    const found = await answers(
      method,
      `
      const [near, far] = Pipe();
      const child = await start(answer, far);
      await near.send([new Item(), Item, stepped]);
      const answers = await near.recv();
      await child.join();`,
    );
    assert.deepEqual(found, [own, own, own, own ? 3 : 1]);
  });
}

test(
  "classes of a CommonJS script that a child requires come home",
  { timeout: 60_000 },
  async () => {
    const { stdout, stderr } = await runSource(
      `
    const { Process } = require("manyhands/multiprocessing");
    class Hidden {}
    module.exports.make = function make() { return [new Hidden(), Hidden]; };
    async function main() {
      const options = { importMain: true, startMethod: "spawn" };
      const child = await new Process({ target: module.exports.make, ...options }).start();
      const [item, type] = await child.result();
      console.log(item instanceof Hidden, type === Hidden);
    }
    if (require.main === module) void main();
    `,
      { extension: "cjs" },
    );
    assert.equal(stdout, "true true\n", stderr);
  },
);

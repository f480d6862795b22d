/** What queues take of the arena, and give back. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { familyMember } from "#internal/core/family-arena.js";
import { highest } from "#internal/core/superblocks.js";
import { Lock, Pipe, PriorityQueue, Queue } from "manyhands/multiprocessing";
import { Queue as ThreadQueue } from "manyhands/queue";
import { PicklingError } from "manyhands/errors";
import { runSource } from "../support/run-program.js";
import { expectNoLeftovers } from "../support/leftovers.js";
import { blocksInUse } from "./blocks-in-use.js";
import { inProcess } from "./party.js";

const limit = { timeout: 60_000 };

await expectNoLeftovers({ warmUp: () => new Queue().get({ timeoutMs: 1 }).catch(() => {}) });

test("10,000 messages of 1 MB in one synchronous loop do not grow the arena", limit, () => {
  const queue = new Queue<Uint8Array>();
  const [here, there] = Pipe();
  const message = new Uint8Array(1_000_000).fill(5);
  queue.putSync(message);
  queue.getSync();
  here.sendSync(message);
  there.recvSync();
  const { arena } = familyMember();
  const before = highest(arena);
  for (let round = 0; round < 10_000; round++) {
    if (round % 2 === 0) queue.putSync(message);
    else here.sendSync(message);
    const got = round % 2 === 0 ? queue.getSync() : (there.recvSync() as Uint8Array);
    if (got.length !== message.length || got[round] !== 5) assert.fail("damaged");
  }
  assert.ok(highest(arena) - before < 8, `${highest(arena) - before} superblocks more`);
});

test("data of any size arrive whole, and can be written to", limit, () => {
  const queue = new Queue<Uint8Array>();
  for (const length of [2 ** 17 - 1, 2 ** 17, 2 ** 25 - 1, 2 ** 25, 2 ** 25 + 4_099]) {
    const sent = new Uint8Array(length);
    for (let at = 0; at < length; at += 1_021) sent[at] = 1 + (at % 251);
    sent[length - 1] = 255;
    queue.putSync(sent);
    const got = queue.getSync();
    assert.equal(got.length, length);
    assert.ok(Buffer.from(got.buffer, got.byteOffset, length).equals(sent), `${length} bytes`);
    got.fill(7);
    assert.equal(got.lastIndexOf(7), length - 1);
  }
});

test("a slow consumer holds its producer up before its memory is used up", limit, async () => {
  const maxBytes = 2 ** 20;
  const queue = new Queue(0, { maxBytes });
  const party = inProcess("produceForever", queue, 0);
  for (let taken = 0; taken < 500; taken++) {
    await queue.get();
    if (taken % 50 === 0) await setTimeout(20);
    // @ts-expect-error: protected, but what this is about
    assert.ok(queue.store.bytes <= maxBytes);
  }
  while (queue.empty) await setTimeout(1); // it goes on
  await party.kill();
});

test("queues, pipes and messages that nobody has are freed", limit, async () => {
  const source = `
    import { Lock, Pipe, PriorityQueue, Queue, LifoQueue } from "manyhands/multiprocessing";
    import { stampOf } from "#internal/core/blocks.js";
    import { familyMember } from "#internal/core/family-arena.js";
    import { blocksInUse } from "${new URL("blocks-in-use.js", import.meta.url).href}";
    const locks = [];
    const carryLock = () => {
      const lock = new Lock();
      locks.push({ ...lock.handle });
      return { lock };
    };
    const ended = ({ block, stamp }) => stampOf(familyMember().arena, block) !== stamp;
    (() => {
      for (const Kind of [Queue, LifoQueue, PriorityQueue]) {
        const [queue, inner] = [new Kind(), new Queue()];
        inner.putSync([2, new Uint8Array(9000)]);
        queue.putSync([1, inner]);
        queue.putSync([1, "x".repeat(5000)]);
        queue.putSync([3, carryLock()]);
      }
      const [here, there] = Pipe();
      here.sendSync(Pipe()[0]);
      here.sendSync(new Uint8Array(9000));
    })();
    const until = performance.now() + 40_000;
    const left = () => Object.keys(blocksInUse(familyMember())).length > 0 || !locks.every(ended);
    while (left() && performance.now() < until) {
      globalThis.gc();
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    console.log(JSON.stringify(blocksInUse(familyMember())), locks.filter(ended).length);
  `;
  const { stdout, stderr } = await runSource(source, { execArgv: ["--expose-gc"] });
  assert.equal(stdout, "{} 3\n", stderr);
});

test("a queue of threads is refused by name where it would go to a process", limit, () => {
  const before = blocksInUse(familyMember());
  const queue = new Queue();
  assert.throws(
    () => queue.putSync({ inner: new ThreadQueue() }),
    (error: PicklingError) =>
      error instanceof PicklingError &&
      error.path.includes("inner") &&
      /multiprocessing\.Queue/.test(error.message),
  );
  const threads = new ThreadQueue();
  threads.putSync(queue);
  assert.equal(threads.getSync(), queue);
  assert.deepEqual(blocksInUse(familyMember()).KIND_MESSAGE, before.KIND_MESSAGE);
});

test(
  "functions and locks go through queues, a compare function with its queue",
  limit,
  async () => {
    const queue = new Queue();
    const factor = 3;
    queue.putSync((value: number) => value * factor);
    assert.equal(((await queue.get()) as (value: number) => number)(2), 6);
    const lock = new Lock();
    queue.putSync({ lock });
    assert.equal((queue.getSync() as { lock: Lock }).lock, lock);
    const answers = new Queue();
    const party = inProcess("takeAll", queue, answers);
    const ordered = new PriorityQueue<number>({ compare: (a, b) => b - a });
    const other = inProcess("takeAll", ordered, answers);
    for (const item of [1, 3, 2]) ordered.putSync(item);
    const got = [await answers.get(), await answers.get(), await answers.get()];
    assert.deepEqual(new Set(got), new Set([1, 2, 3]));
    queue.putSync(lock);
    assert.equal(await answers.get(), lock);
    queue.shutdown();
    ordered.shutdown();
    await party.ended();
    await other.ended();
  },
);

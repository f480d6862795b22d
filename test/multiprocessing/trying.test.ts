/**
 * Who only tries never sleeps, and so is never told of a death: it must find out by itself that the
 * holder of what it tries for is dead.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  Barrier,
  type Connection,
  Event,
  Lock,
  Pipe,
  Process,
  RLock,
  Semaphore,
  Value,
  wait,
} from "manyhands/multiprocessing";
import { expectNoLeftovers } from "../support/leftovers.js";
import { warmUp } from "../workers/warm-up.js";

await expectNoLeftovers({ warmUp });
const LIMIT = { timeout: 60_000 };

/** A process that does something with what it is given, says so, and goes on for ever. */
async function holder<T>(act: (thing: T) => unknown, thing: T): Promise<Process> {
  const ready = new Event();
  const target = async (): Promise<void> => {
    await act(thing);
    ready.set();
    await new Promise((resolve) => setTimeout(resolve, 1e6));
  };
  const process = new Process({ target, daemon: true });
  await process.start();
  await ready.wait();
  return process;
}

async function killed(process: Process): Promise<void> {
  process.kill();
  await process.join();
}

for (const Kind of [Lock, RLock, Semaphore]) {
  test(`a ${Kind.name} of a killed process can be had by trying`, LIMIT, async () => {
    for (const form of ["try", "sync", "async"] as const) {
      const thing = new Kind();
      await killed(await holder((it) => it.acquireSync(), thing));
      const got = {
        try: () => thing.tryAcquire(),
        sync: () => thing.acquireSync({ timeoutMs: 0 }),
        async: () => thing.acquire({ timeoutMs: 0 }),
      }[form];
      assert.equal(await got(), true, form);
    }
  });
}

test("a permit of a killed process is back when it has been joined", LIMIT, async () => {
  const semaphore = new Semaphore(2);
  const process = await holder((it) => it.acquireSync(), semaphore);
  assert.equal(semaphore.value, 1);
  await killed(process);
  assert.equal(semaphore.value, 2);
});

test("a barrier is broken when a killed party has been joined", LIMIT, async () => {
  const barrier = new Barrier(2);
  const process = await holder((it) => void it.wait().catch(() => {}), barrier);
  assert.equal(barrier.waiting, 1);
  await killed(process);
  assert.deepEqual([barrier.waiting, barrier.broken], [0, true]);
});

test("trying shows the end of a pipe whose other end died", LIMIT, async () => {
  const forms: ((end: Connection) => unknown)[] = [
    async (end) => assert.equal(await end.poll(), true),
    (end) => assert.equal(end.pollSync(), true),
    (end) => assert.throws(() => end.tryRecv(), { name: "EndOfStreamError" }),
    (end) => assert.throws(() => end.recvSync({ timeoutMs: 0 }), { name: "EndOfStreamError" }),
    async (end) => assert.deepEqual(await wait([end], { timeoutMs: 0 }), [end]),
  ];
  for (const form of forms) {
    const [mine, theirs] = Pipe();
    const process = await holder((end) => end.readable, theirs);
    theirs.close();
    assert.equal(mine.tryRecv(), undefined);
    await killed(process);
    await form(mine);
    mine.close();
  }
});

/** Sleeps without taking part in anything. */
const nap = (): unknown => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);

test("one who tries notices the death of a sibling that nobody has reaped", LIMIT, async () => {
  const [lock, semaphore] = [new Lock(), new Semaphore()];
  const [mine, theirs] = Pipe();
  const hold = ([, ...things]: [Connection, Lock, Semaphore]): void => {
    for (const thing of things) thing.acquireSync();
  };
  const first = await holder(hold, [theirs, lock, semaphore] as [Connection, Lock, Semaphore]);
  theirs.close();
  const [tries, had] = [new Value("i"), new Value("i")];
  const second = new Process({
    target: () => {
      while (!lock.tryAcquire() || !semaphore.tryAcquire() || !mine.pollSync()) {
        tries.value++;
        nap();
      }
      had.value = 1;
    },
  });
  await second.start();
  while (tries.value === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  process.kill(first.pid!, "SIGKILL");
  // This process hears of nothing meanwhile.
  for (let naps = 0; had.value === 0 && naps < 5_000; naps++) nap();
  assert.equal(had.value, 1);
  await second.join();
  await first.join();
  mine.close();
});

/** One blocking wait for things of every kind: pipes, sockets, ends of processes. */
import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { test } from "node:test";
import { threadPipe } from "#internal/channels/connections/pipe-connection.js";
import { Pipe, Process, wait, waitSync } from "manyhands/multiprocessing";
import { expectNoLeftovers } from "../support/leftovers.js";
import { inProcess, inThread } from "./party.js";
import { closeAll, pair } from "./socket-pair.js";

const limit = { timeout: 60_000 };
const linux = process.platform === "linux";
const skip = !linux && "blocking on sockets needs native calls";
const never = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 60_000));

await expectNoLeftovers({
  async warmUp() {
    const [here, there] = Pipe();
    const [local, other] = threadPipe();
    waitSync([here, local], { timeoutMs: 1_000 });
    const process = new Process({ target: () => {} });
    await process.start();
    await process.join();
    // Processes of the family are watched from the first wait of the event loop on.
    await here.poll({ timeoutMs: 1 });
    await local.poll({ timeoutMs: 1 });
    other.sendSync(1);
    for (const end of [here, there, local, other]) end.close();
  },
});

test("each kind of thing ends a wait for all of them", { ...limit, skip }, async () => {
  const [pipe, pipeThere] = Pipe();
  const [threads, threadsThere] = threadPipe();
  const [socket] = await pair({});
  const sleeper = new Process({ target: never, daemon: true });
  await sleeper.start();
  const things = [pipe, threads, socket, sleeper];
  assert.deepEqual(waitSync(things, { timeoutMs: 5 }), []);

  const inOther = inProcess("sit", pipeThere);
  assert.deepEqual(waitSync(things), [pipe]);
  assert.equal(pipe.recvSync(), "here");

  const inWorker = inThread("sit", threadsThere);
  assert.deepEqual(waitSync(things), [threads]);
  assert.equal(threads.recvSync(), "here");

  const ender = new Process({ target: () => {} });
  await ender.start();
  assert.deepEqual(waitSync([...things, ender]), [ender]);

  // The death of who had the other end of a pipe is its end.
  pipeThere.close();
  await inOther.kill();
  assert.deepEqual(waitSync(things), [pipe]);
  sleeper.kill();
  assert.deepEqual(waitSync([socket, sleeper, threads]), [sleeper]);
  await Promise.all([sleeper.join(), ender.join(), inWorker.kill()]);
  for (const end of [pipe, threads, threadsThere]) end.close();
  closeAll();
});

test("what the event loop waits for meanwhile is not lost", { ...limit, skip }, async () => {
  const [here, there] = Pipe();
  const [other, otherThere] = Pipe();
  const [socket] = await pair({});
  const received = other.recv();
  const party = inProcess("sit", there);
  const second = inProcess("sit", otherThere);
  assert.deepEqual(waitSync([here, socket]), [here]);
  assert.equal(await received, "here");
  there.close();
  otherThere.close();
  await Promise.all([party.kill(), second.kill()]);
  here.close();
  other.close();
  closeAll();
});

test("a wait costs no processor time", { ...limit, skip }, async () => {
  const [here, there] = Pipe();
  const [socket] = await pair({});
  waitSync([here, socket], { timeoutMs: 1 });
  const before = process.cpuUsage();
  waitSync([here, socket], { timeoutMs: 1500 });
  const { user, system } = process.cpuUsage(before);
  assert.ok(user + system < 500_000, `${user + system} µs`);
  here.close();
  there.close();
  closeAll();
});

test("any number of waits share one listener of a signal", limit, async () => {
  const [here, there] = Pipe();
  const controller = new AbortController();
  const { signal } = controller;
  const reason = new Error("enough");
  const waits = Array.from({ length: 20 }, () => assert.rejects(wait([here], { signal }), reason));
  assert.equal(getEventListeners(signal, "abort").length, 1);
  controller.abort(reason);
  await Promise.all(waits);
  assert.equal(getEventListeners(signal, "abort").length, 0);
  for (const end of [here, there]) end.close();
});

/** Signals that are aborted here abort there, and leave nothing behind. */
import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { createDecoder, createEncoder } from "#internal/carry/index.js";
import { familyMember } from "#internal/core/family-arena.js";
import { Process, Queue } from "manyhands/multiprocessing";
import { Thread } from "manyhands/threading";
import { blocksInUse } from "./blocks-in-use.js";

const limit = { timeout: 60_000 };

class Enough extends Error {
  readonly amount: number;
  constructor(message: string, amount: number) {
    super(message);
    this.amount = amount;
  }
}

/** Waits, alive, until the signal aborts; answers what it saw. */
async function follow(signal: AbortSignal, began: Queue<string>): Promise<unknown[]> {
  const alive = setInterval(() => {}, 1000);
  const heard = new Promise((resolve) => signal.addEventListener("abort", resolve));
  await began.put("began");
  await heard;
  clearInterval(alive);
  return [signal.aborted, signal.reason];
}

/** Never returns to its event loop. */
function spin(signal: AbortSignal, began: Queue<string>): unknown {
  began.putSync("began");
  while (!signal.aborted);
  return signal.reason;
}

for (const [where, Kind] of [
  ["thread", Thread],
  ["process", Process],
] as const) {
  test(`a signal that is an argument aborts in a ${where}, with its reason`, limit, async () => {
    const controller = new AbortController();
    const began = new Queue<string>();
    const there = new Kind({ target: follow, args: [controller.signal, began] });
    await there.start();
    await began.get();
    controller.abort(new Enough("that will do", 7));
    const [aborted, reason] = (await there.result()) as [boolean, Enough];
    assert.equal(aborted, true);
    assert.ok(reason instanceof Enough);
    assert.deepEqual([reason.message, reason.amount], ["that will do", 7]);
  });

  test(`one that is captured aborts a wait in a ${where}`, limit, async () => {
    const { signal, controller } = abortable();
    const began = new Queue<string>();
    const target = async (): Promise<string> => {
      const waiting = new Queue().get({ signal }).catch((error: Error) => error.name);
      await began.put("began");
      return (await waiting) as string;
    };
    const there = new Kind({ target });
    await there.start();
    await began.get();
    controller.abort();
    assert.equal(await there.result(), "AbortError");
  });

  test(`a ${where} that never looks up from its work sees it too`, limit, async () => {
    const { signal, controller } = abortable();
    const began = new Queue<string>();
    const there = new Kind({ target: spin, args: [signal, began] });
    await there.start();
    await began.get();
    controller.abort("now");
    assert.equal(await there.result(), "now");
  });

  test(`one that was aborted before is so in a ${where}`, limit, async () => {
    const target = (signal: AbortSignal): unknown[] => [signal.aborted, signal.reason];
    const there = new Kind({ target, args: [AbortSignal.abort("long ago")] });
    await there.start();
    assert.deepEqual(await there.result(), [true, "long ago"]);
  });

  test(`one that comes back from a ${where} is itself`, limit, async () => {
    const { signal } = abortable();
    const there = new Kind({ target: (it: AbortSignal) => ({ it }), args: [signal] });
    await there.start();
    assert.equal(((await there.result()) as { it: AbortSignal }).it, signal);
  });
}

function abortable(): { signal: AbortSignal; controller: AbortController } {
  const controller = new AbortController();
  return { signal: controller.signal, controller };
}

test("one in an item of a queue, aborted on the way, arrives aborted", limit, async () => {
  const { signal, controller } = abortable();
  const queue = new Queue<{ signal: AbortSignal }>();
  const answers = new Queue();
  await queue.put({ signal });
  controller.abort("meanwhile");
  const target = async (): Promise<void> => {
    const item = await queue.get();
    await answers.put([item.signal.aborted, item.signal.reason]);
  };
  const there = new Process({ target });
  await there.start();
  assert.deepEqual(await answers.get(), [true, "meanwhile"]);
  await there.join();
});

test("one that a thread hands on to a process aborts there too", limit, async () => {
  const { signal, controller } = abortable();
  const began = new Queue<string>();
  const target = async (it: AbortSignal): Promise<unknown> => {
    const next = new Process({ target: follow, args: [it, began] });
    await next.start();
    return await next.result();
  };
  const there = new Thread({ target, args: [signal] });
  await there.start();
  await began.get();
  controller.abort("down the line");
  assert.deepEqual(await there.result(), [true, "down the line"]);
});

test("a reason that cannot cross is replaced by one that says so", limit, async () => {
  const { signal, controller } = abortable();
  const began = new Queue<string>();
  const there = new Process({ target: follow, args: [signal, began] });
  await there.start();
  await began.get();
  controller.abort(Object.assign(new Error("with a view"), { view: new WeakMap() }));
  const [, reason] = (await there.result()) as [boolean, DOMException];
  assert.equal(reason.name, "AbortError");
  assert.match(reason.message, /Error: with a view; Cannot send reason → \.view: .*WeakMap/);
});

test("10,000 crossings of one signal leave one listener and one relay", limit, async () => {
  const { signal, controller } = abortable();
  const before = blocksInUse(familyMember()).KIND_ABORT ?? 0;
  const queue = new Queue<AbortSignal>();
  for (let i = 0; i < 10_000; i++) {
    queue.putSync(signal);
    assert.equal(queue.getSync(), signal);
  }
  assert.equal(getEventListeners(signal, "abort").length, 1);
  assert.equal(blocksInUse(familyMember()).KIND_ABORT, before + 1);
  controller.abort();
  assert.equal(getEventListeners(signal, "abort").length, 0);
});

test("a message that is refused carries no signal away", limit, () => {
  const { signal } = abortable();
  const queue = new Queue();
  assert.throws(() => queue.putSync([signal, new WeakMap()]), /WeakMap/);
  queue.putSync(signal);
  assert.equal(queue.getSync(), signal);
});

test("an aborted one is plain data to a foreign peer, a live one is refused", () => {
  const encoder = createEncoder({ destination: "foreign" });
  const decoder = createDecoder({ destination: "foreign" });
  const copy = decoder.decode(encoder.encode(AbortSignal.abort("so"))) as AbortSignal;
  assert.deepEqual([copy.aborted, copy.reason], [true, "so"]);
  assert.throws(() => encoder.encode(abortable().signal), /does not go through a socket/);
  const storing = createEncoder({ destination: "store" });
  assert.throws(() => storing.encode(abortable().signal), /currentSignal/);
});

test("node's own waits end with it", limit, async () => {
  const { signal, controller } = abortable();
  const began = new Queue<string>();
  const target = async (it: AbortSignal): Promise<unknown> => {
    const waiting = setTimeout(60_000, undefined, { signal: it });
    await began.put("began");
    return await waiting.catch((error: Error) => error.name);
  };
  const there = new Thread({ target, args: [signal] });
  await there.start();
  await began.get();
  controller.abort();
  assert.equal(await there.result(), "AbortError");
});

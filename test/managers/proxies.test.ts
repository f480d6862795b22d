import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { inspect } from "node:util";
import { BrokenConnectionError, ClosedError } from "manyhands/errors";
import { Manager, Process, Queue, releaseProxy, type SyncManager } from "manyhands/multiprocessing";
import { untilBlocked } from "../support/until-blocked.js";
import { Thread } from "manyhands/threading";
import { expectNoLeftovers } from "../support/leftovers.js";
import { LIMIT, warmUp } from "./warm-up.js";

await expectNoLeftovers({ warmUp });
let manager: SyncManager;
before(async () => {
  manager = await Manager();
});
after(() => manager.shutdown());

test("the tutorial's program: a child changes what it was given", LIMIT, async () => {
  const x = await manager.Value("d", 0);
  const numbers = await manager.Array(
    "i",
    Array.from({ length: 10 }, (_, i) => i),
  );
  const list = await manager.list();
  const dict = await manager.dict<number, number>();
  const names = await manager.Namespace<{ a?: number }>();
  const child = new Process({
    target: (a: typeof x, b: typeof numbers, c: typeof list, d: typeof dict, e: typeof names) => {
      a.setSync(3.14);
      b.setSync(0, 5);
      c.appendSync("Hello");
      d.setSync(1, 2);
      e.setSync("a", 10);
    },
    args: [x, numbers, list, dict, names],
  });
  await child.start();
  await child.result();
  assert.equal(await x.get(), 3.14);
  assert.deepEqual(await numbers.slice(0, 3), [5, 1, 2]);
  assert.deepEqual(await list.toArray(), ["Hello"]);
  assert.deepEqual(await dict.toMap(), new Map([[1, 2]]));
  assert.deepEqual(await names.toObject(), { a: 10 });
});

test("proxies cross to threads and processes as argument, capture and message", LIMIT, async () => {
  const list = await manager.list<string>();
  const thread = new Thread({ target: () => list.pushSync("captured by a thread") });
  await thread.start();
  await thread.result();
  const mail = new Queue<{ list: typeof list }>();
  const child = new Process({
    target: async (box: typeof mail) => {
      const message = await box.get();
      await message.list.push("from a message");
      return message.list;
    },
    args: [mail],
  });
  await child.start();
  await mail.put({ list });
  assert.equal(await child.result(), list);
  assert.deepEqual(await list.toArray(), ["captured by a thread", "from a message"]);
});

test("proxies nest and stay live", LIMIT, async () => {
  const outer = await manager.list();
  const inner = await manager.dict<string>();
  await outer.push(inner, { deep: [inner] });
  assert.equal(await outer.get(0), inner);
  await inner.set("a", 1);
  const [first, second] = (await outer.toArray()) as [typeof inner, { deep: [typeof inner] }];
  assert.equal(await first.get("a"), 1);
  assert.equal(second.deep[0], inner);
  await inner.set("itself", inner);
  assert.equal(await inner.get("itself"), inner);
});

test("an inner object lives on in the outer one when its proxy is gone", LIMIT, async () => {
  const before = await manager.objectCount();
  const outer = await manager.dict<string>();
  const inner = await manager.list([1, 2]);
  await outer.set("inner", inner);
  releaseProxy(inner);
  await untilBlocked(() => manager.objectCountSync() <= before + 1);
  const again = (await outer.get("inner")) as typeof inner;
  assert.notEqual(again, inner);
  assert.deepEqual(await again.toArray(), [1, 2]);
});

test("a plain value that was got is a copy", LIMIT, async () => {
  const dict = await manager.dict<string, number[]>();
  await dict.set("a", [1]);
  (await dict.get("a"))!.push(2);
  assert.deepEqual(await dict.get("a"), [1]);
});

test("private and unexposed names are refused by the server", LIMIT, async () => {
  const lock = await manager.Lock();
  const any = lock as unknown as Record<string, (...args: unknown[]) => unknown>;
  await assert.rejects(any["_leave"]!() as Promise<unknown>, TypeError);
  await assert.rejects(any["nothing"]!() as Promise<unknown>, TypeError);
  await assert.rejects(any["constructor_"]!() as Promise<unknown>, /not exposed/);
  assert.throws(() => any["_returnSync"]!(), TypeError);
  assert.equal(any["then"], undefined);
  assert.throws(() => {
    (any as Record<string, unknown>)["locked"] = 1;
  }, TypeError);
});

test("a proxy shows what it is", LIMIT, async () => {
  const list = await manager.list();
  assert.match(String(list), /^Proxy of list \d+ at \S+$/);
  assert.equal(inspect(list), String(list));
  assert.match(inspect({ list }), /list: Proxy of list/);
});

test("errors come back with class, fields and cause, and both stacks", LIMIT, async () => {
  const list = await manager.list([1]);
  function fails(): never {
    const error = new TypeError("cannot", { cause: new RangeError("deeper") });
    throw Object.assign(error, { hint: { a: 1 } });
  }
  const error = await list.map(fails).then(
    () => assert.fail("it did not fail"),
    (reason: Error & { hint?: unknown }) => reason,
  );
  assert.ok(error instanceof TypeError);
  assert.equal(error.message, "cannot");
  assert.deepEqual(error.hint, { a: 1 });
  assert.ok(error.cause instanceof RangeError);
  assert.match(error.stack!, /proxies\.test\.js[\s\S]*in the server of [\s\S]*fails/);
});

test("a result that cannot cross is a MaybeEncodingError", LIMIT, async () => {
  const list = await manager.list([1]);
  await assert.rejects(
    list.map(() => Promise.resolve(1)),
    { name: "MaybeEncodingError" },
  );
  await assert.rejects(list.push(Promise.resolve(1) as never), { name: "PicklingError" });
});

test(
  "calls of one thread arrive in the order they were made, blocking ones too",
  LIMIT,
  async () => {
    const list = await manager.list<number>();
    const pushes: Promise<number>[] = [];
    for (let i = 0; i < 300; i += 3) {
      pushes.push(list.push(i), list.push(i + 1));
      list.pushSync(i + 2);
    }
    await Promise.all(pushes);
    assert.deepEqual(
      await list.toArray(),
      Array.from({ length: 300 }, (_, i) => i),
    );
  },
);

test("a released proxy is of no use, and frees its object", LIMIT, async () => {
  const before = await manager.objectCount();
  const list = await manager.list([1]);
  {
    using dict = await manager.dict();
    await dict.set(1, 2);
  }
  releaseProxy(list);
  releaseProxy(list);
  await assert.rejects(list.length(), ClosedError);
  assert.throws(() => list.lengthSync(), ClosedError);
  await untilBlocked(() => manager.objectCountSync() <= before);
});

test("the death of a process frees what only it had", LIMIT, async () => {
  const before = await manager.objectCount();
  const mail = new Queue();
  const child = new Process({
    target: async (boss: Queue, first: unknown) => {
      const held = [first];
      await boss.put("here");
      await new Promise((resolve) => setTimeout(resolve, 60_000));
      return held.length;
    },
    args: [mail, await manager.list([1])],
  });
  await child.start();
  await mail.get();
  child.kill();
  await child.join();
  await untilBlocked(() => {
    global.gc?.();
    return manager.objectCountSync() <= before + 1;
  });
});

test("10,000 proxies made and dropped leave the server where it was", LIMIT, async () => {
  const own = await Manager();
  const outer = await own.list();
  const inner = await own.list();
  await outer.push(inner);
  releaseProxy(inner);
  for (let round = 0; round < 50; round++) {
    const made = await Promise.all(Array.from({ length: 150 }, (_, item) => own.list([item])));
    for (const list of made) releaseProxy(list);
    for (let times = 0; times < 50; times++) releaseProxy((await outer.at(0)) as object);
  }
  await untilBlocked(() => own.objectCountSync() === 1);
  await own.shutdown();
});

test("when the server is killed, calls under way and later ones fail", LIMIT, async () => {
  const own = await Manager();
  const queue = await own.Queue();
  const waiting = queue.get();
  queue.sizeSync();
  const { pid } = own;
  process.kill(pid!, "SIGKILL");
  await assert.rejects(waiting, BrokenConnectionError);
  await assert.rejects(queue.put(1), BrokenConnectionError);
  assert.throws(() => queue.putSync(1), BrokenConnectionError);
  await own.shutdown();
});

test("a blocking call ends when the server is killed", LIMIT, async () => {
  const own = await Manager();
  const queue = await own.Queue();
  const killer = new Process({
    target: async (pid: number) => {
      await new Promise((resolve) => setTimeout(resolve, 300));
      process.kill(pid, "SIGKILL");
    },
    args: [own.pid!],
  });
  await killer.start();
  assert.throws(() => queue.getSync(), BrokenConnectionError);
  await killer.join();
  await own.shutdown();
});

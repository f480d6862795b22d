import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type BaseProxy, managed, type Proxied, SyncManager } from "manyhands/multiprocessing";
import { expectNoLeftovers } from "../support/leftovers.js";
import { LIMIT, warmUp } from "./warm-up.js";

await expectNoLeftovers({ warmUp });

class Box {
  items = [1, 2, 3];
  table = new Map([["a", 1]]);
  tags = new Set([1]);
  settings: Record<string, number> = { depth: 1 };
  lines = new managed.LifoQueue<number>();
  laterKnown?: string = undefined;

  list(): number[] {
    return this.items;
  }

  async dict(): Promise<Map<string, number>> {
    return this.table;
  }

  set(): Set<number> {
    return this.tags;
  }

  get names(): Record<string, number> {
    return this.settings;
  }

  fields(): Record<string, number> {
    return this.settings;
  }

  queue(): object {
    return this.lines;
  }

  letters(): string {
    return "ab";
  }

  nothing(): null {
    return null;
  }

  number(): number {
    return 5;
  }

  seen(): string {
    return [...this.items, ...this.table.keys(), ...this.tags].join() + Object.keys(this.settings);
  }
}

type Ask = (name: string) => Promise<unknown>;
type List = Awaited<ReturnType<SyncManager["list"]>>;
type Dict = Awaited<ReturnType<SyncManager["dict"]>>;
type NumberSet = Awaited<ReturnType<SyncManager["set"]>>;

interface BoxProxy {
  list(): Promise<List>;
  listSync(): List;
  dict(): Promise<Dict>;
  set(): Promise<NumberSet>;
  readonly names: PromiseLike<Dict>;
  fields(): Promise<Dict>;
  queue(): Promise<BaseProxy & { put(item: number): Promise<void>; get(): Promise<number> }>;
  letters(): Promise<List>;
  nothing(): Promise<unknown>;
  number(): Promise<unknown>;
  seen(): Promise<string>;
}

class Boxes extends SyncManager {
  declare Box: () => Promise<BoxProxy>;
  declare Some: () => Promise<Proxied<Record<"missing" | "laterKnown", () => unknown>>>;
}

let boxes: Boxes;
before(async () => {
  Boxes.register("Box", Box, {
    methodToTypeId: {
      list: "list",
      dict: "dict",
      set: "set",
      names: "Namespace",
      fields: "dict",
      queue: "Queue",
      letters: "list",
      nothing: "list",
      number: "Value",
    },
  });
  Boxes.register("Some", Box, { exposed: ["seen", "missing", "laterKnown", "items", "names"] });
  boxes = await new Boxes().start();
});
after(() => boxes.shutdown());

test("results in methodToTypeId are lists, dicts, sets over what was answered", LIMIT, async () => {
  const box = await boxes.Box();
  const list = await box.list();
  await list.append(4);
  assert.equal(await list.get(-1), 4);
  assert.deepEqual(await list.toArray(), [1, 2, 3, 4]);
  assert.equal(await box.list(), list);
  assert.equal(box.listSync(), list);
  const dict = await box.dict();
  await dict.update({ b: 2 });
  assert.deepEqual(await dict.toMap(), new Map(Object.entries({ a: 1, b: 2 })));
  const set = await box.set();
  await set.update([2]);
  assert.deepEqual(await set.toSet(), new Set([1, 2]));
  assert.equal(await box.seen(), "1,2,3,4,a,b,1,2depth");
});

test("an object is a dict or a Namespace over its fields", LIMIT, async () => {
  const box = await boxes.Box();
  const names = await box.names;
  assert.equal(await names.get("depth"), 1);
  await names.set("width", 2);
  const dict = await box.fields();
  assert.deepEqual(await dict.toObject(), { depth: 1, width: 2 });
  assert.equal(await dict.delete("depth"), true);
  assert.equal(await dict.get("toString"), undefined);
  await dict.set("__proto__", 3);
  assert.deepEqual(await dict.keys(), ["width", "__proto__"]);
  assert.deepEqual([await dict.size(), await dict.get("__proto__")], [2, 3]);
  await dict.clear();
  assert.equal(await names.has("width"), false);
  assert.match(await box.seen(), /1$/);
});

test("other results are made to what methodToTypeId says, or refused", LIMIT, async () => {
  const box = await boxes.Box();
  assert.deepEqual(await (await box.letters()).toArray(), ["a", "b"]);
  assert.equal(await box.nothing(), null);
  const queue = await box.queue();
  assert.match(queue.toString(), /LifoQueue/);
  await queue.put(1);
  await queue.put(2);
  assert.equal(await queue.get(), 2);
  await assert.rejects(box.number(), { name: "TypeError", message: /as a Value, and 5 cannot be/ });
});

test(
  "a name that is exposed, and that the object lacks, is refused at its use",
  LIMIT,
  async () => {
    const some = (await boxes.Some()) as unknown as Record<string, () => Promise<unknown>> & {
      missing(value?: number): Promise<unknown>;
      laterKnown(value?: string): Promise<unknown>;
    };
    const refused = {
      name: "TypeError",
      message: /Some.missing is exposed, but this object has no/,
    };
    await assert.rejects(some.missing(1), refused);
    await assert.rejects(some.missing(), refused);
    await assert.rejects(
      (some as unknown as { _callMethod: Ask })._callMethod(".missing"),
      refused,
    );
    assert.equal(await some.laterKnown(), undefined);
    await some.laterKnown("now");
    assert.equal(await some.laterKnown(), "now");
    assert.deepEqual(await some["items"]!(), [1, 2, 3]);
    assert.deepEqual(await some["names"]!(), { depth: 1 });
  },
);

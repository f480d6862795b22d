import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { StateError } from "manyhands/errors";
import { BaseManager, BaseProxy, type Proxied, SyncManager } from "manyhands/multiprocessing";
import { expectNoLeftovers } from "../support/leftovers.js";
import { LIMIT, warmUp } from "./warm-up.js";

await expectNoLeftovers({ warmUp });

class Account {
  #balance: number;
  owner = "nobody";

  constructor(balance = 0) {
    this.#balance = balance;
  }

  get balance(): number {
    return this.#balance;
  }

  set balance(value: number) {
    this.#balance = value;
  }

  deposit(amount: number): number {
    this.#balance += amount;
    return this.#balance;
  }

  transfer(other: Account, amount: number): void {
    this.#balance -= amount;
    other.deposit(amount);
  }

  open(): Account {
    return new Account(7);
  }

  itself(): this {
    return this;
  }

  async later(value: number): Promise<number> {
    return value * 2;
  }

  *counts(): Generator<number> {
    for (let count = 0; count < 3; count++) yield count;
  }

  _secret(): string {
    return "secret";
  }
}

class Chain {
  steps = 0;
  // oxlint-disable-next-line unicorn/no-thenable -- such classes exist
  then(step?: unknown): string {
    this.steps++;
    return `after ${typeof step}`;
  }

  count(): number {
    return this.steps;
  }

  itself(): this {
    return this;
  }

  copy(): Chain {
    return new Chain();
  }
}

class CounterProxy extends BaseProxy {
  async twice(): Promise<number> {
    await this._callMethod("increment");
    return (await this._callMethod("increment")) as number;
  }
}

class MyManager extends BaseManager {
  declare Account: (balance?: number) => Promise<Proxied<Account>>;
  declare AccountSync: (balance?: number) => Proxied<Account>;
  declare Limited: () => Promise<Proxied<Account> & { _secret(): Promise<string> }>;
  declare Counter: () => Promise<CounterProxy & { increment(): Promise<number> }>;
  declare Fields: () => Promise<{ n: PromiseLike<number>; add(by: number): Promise<number> }>;
  declare Table: () => Promise<Proxied<Map<string, number>>>;
  declare Chain: () => Promise<Proxied<Chain> & BaseProxy>;
  declare Failing: () => Promise<unknown>;
}

let manager: MyManager;
before(async () => {
  MyManager.register("Account", Account, { methodToTypeId: { open: "Account" } });
  MyManager.register("Limited", Account, { exposed: ["balance", "_secret"] });
  MyManager.register(
    "Counter",
    () => {
      let count = 0;
      return { increment: () => ++count };
    },
    { proxyType: CounterProxy },
  );
  MyManager.register(
    "Fields",
    () => {
      const fields = { n: 1, add: (by: number): number => (fields.n += by) };
      return fields;
    },
    { exposed: ["n", "add"] },
  );
  MyManager.register("Table", Map as unknown as () => Map<string, number>);
  MyManager.register("Chain", Chain, { methodToTypeId: { copy: "Chain" } });
  MyManager.register("Failing", () => {
    throw new RangeError("not today");
  });
  MyManager.register("Hidden", Account, { createMethod: false });
  manager = await new MyManager().start();
});
after(() => manager.shutdown());

test("objects of a registered class live in the server", LIMIT, async () => {
  const account = await manager.Account(100);
  assert.equal(await account.deposit(10), 110);
  assert.equal(account.depositSync(1), 111);
  assert.equal(await account.later(4), 8);
  assert.equal(await account.itself(), account);
  assert.equal(manager.AccountSync(5).balanceSync(), 5);
});

test("properties read and write by their name", LIMIT, async () => {
  const account = await manager.Account(1);
  assert.equal(await account.balance, 1);
  assert.equal(await account.balance(), 1);
  await account.balance(50);
  assert.equal(account.balanceSync(), 50);
  account.balanceSync(60);
  assert.equal(await account.balance, 60);
  const fields = await manager.Fields();
  assert.equal(await fields.add(2), 3);
  assert.equal(await fields.n, 3);
});

test("a proxy that comes into its server is the object itself", LIMIT, async () => {
  const [a, b] = [await manager.Account(10), await manager.Account(0)];
  await a.transfer(b, 4);
  assert.deepEqual([await a.balance, await b.balance], [6, 4]);
});

test("results of methods named in methodToTypeId stay in the server", LIMIT, async () => {
  const account = await manager.Account(1);
  const opened = (await account.open()) as unknown as Proxied<Account>;
  assert.ok(opened instanceof BaseProxy);
  assert.equal(await opened.deposit(1), 8);
});

test("generators are iterated over from afar", LIMIT, async () => {
  const account = await manager.Account();
  const counts = await account.counts();
  const seen: number[] = [];
  for await (const count of counts) seen.push(count);
  assert.deepEqual(seen, [0, 1, 2]);
});

test("only what is exposed can be called", LIMIT, async () => {
  const account = (await manager.Account()) as unknown as Record<string, () => Promise<unknown>>;
  await assert.rejects(account["_secret"]!(), TypeError);
  await assert.rejects(account["owner"]!(), TypeError);
  // A field reads like a property, so it is refused like one, too.
  await assert.rejects(async () => await account["owner"], TypeError);
  const limited = await manager.Limited();
  assert.equal(await limited._secret(), "secret");
  assert.equal(await limited.balance, 0);
  await assert.rejects(limited.deposit(1), TypeError);
});

test("a proxy type of one's own adds to what the object has", LIMIT, async () => {
  const counter = await manager.Counter();
  assert.ok(counter instanceof CounterProxy);
  assert.equal(await counter.twice(), 2);
  assert.equal(await counter.increment(), 3);
});

test("objects of built-in classes work as they are", LIMIT, async () => {
  const table = await manager.Table();
  assert.equal(await table.set("a", 1), table);
  assert.equal(await table.get("a"), 1);
  assert.equal(await table.size, 1);
});

test("a class with a method called then is used as any other", LIMIT, async () => {
  const chain = await manager.Chain();
  assert.ok(chain instanceof BaseProxy);
  assert.equal(await chain.count(), 0);
  assert.equal(await chain.itself(), chain);
  assert.equal(await chain._callMethod("then", [1]), "after number");
  assert.equal(await chain.count(), 1);
  const copy = (await chain.copy()) as unknown as Proxied<Chain>;
  assert.equal(await copy.count(), 0);
});

test("what a factory throws comes back", LIMIT, async () => {
  await assert.rejects(manager.Failing(), { name: "RangeError", message: "not today" });
});

test("types belong to a class of managers and its subclasses", LIMIT, async () => {
  class Sub extends MyManager {}
  Sub.register("Extra", () => ({ hello: () => "hello" }));
  assert.equal("Extra" in MyManager.prototype, false);
  assert.equal("Hidden" in MyManager.prototype, false);
  await using sub = await new Sub().start();
  assert.equal(await (await sub.Account(3)).balance, 3);
  class More extends SyncManager {}
  More.register("Twice", (n: number) => ({ get: () => n * 2 }));
  await using more = await new More().start();
  const twice = await (
    more as unknown as { Twice(n: number): Promise<{ get(): Promise<number> }> }
  ).Twice(4);
  assert.equal(await twice.get(), 8);
  assert.equal(await (await more.list([1])).length(), 1);
});

test("bad registrations are refused", LIMIT, () => {
  assert.throws(() => MyManager.register("", Account), TypeError);
  assert.throws(() => MyManager.register("X", 5 as never), TypeError);
  assert.throws(() => MyManager.register("X", Account, { exposed: [1] as never }), TypeError);
  for (const options of [
    { createMethod: 1 },
    { methodToTypeId: 5 },
    { methodToTypeId: null },
    { methodToTypeId: new Map([["words", "list"]]) },
    { proxyType: Account },
    { proxyType: () => {} },
  ])
    assert.throws(() => MyManager.register("X", Account, options as never), TypeError);
  assert.throws(() => new MyManager({ authKey: 5 as never }), TypeError);
  assert.throws(() => new MyManager({ address: "" }), RangeError);
});

test("a type takes no name of what a manager has itself", LIMIT, async () => {
  class Careful extends SyncManager {}
  for (const name of ["start", "shutdown", "create", "join", "address", "constructor", "toString"])
    assert.throws(() => Careful.register(name, Account), { name: "RangeError" }, name);
  assert.throws(() => Careful.register("then", Account), { message: /promises with a then/ });
  Careful.register("then", Account, { createMethod: false });
  // What a base class makes can be made otherwise, and a type be registered again.
  for (const name of ["list", "Account", "Account"]) Careful.register(name, Account);
  await using careful = await new Careful().start();
  const account = await (
    careful as unknown as { Account(n: number): Promise<Proxied<Account>> }
  ).Account(5);
  assert.equal(await account.deposit(1), 6);
});

test("a generator is an object of a manager like others", LIMIT, async () => {
  class Counters extends BaseManager {
    declare squares: () => Promise<Proxied<Generator<number>>>;
    declare later: () => Promise<Proxied<AsyncGenerator<number>>>;
  }
  Counters.register("squares", function* squares() {
    for (let n = 1; n < 3; n++) yield n * n;
  });
  Counters.register("later", async function* later() {
    yield 1;
  });
  await using counters = await new Counters().start();
  const squares = await counters.squares();
  for (const value of [1, 4]) assert.deepEqual(await squares.next(), { value, done: false });
  assert.deepEqual(squares.nextSync(), { value: undefined, done: true });
  assert.deepEqual(await (await counters.later()).next(), { value: 1, done: false });
});

test("start takes its initializer in options", LIMIT, async () => {
  const manager = new MyManager();
  for (const options of [() => {}, null, 5]) {
    await assert.rejects(manager.start(options as never), { name: "TypeError" });
  }
  await assert.rejects(manager.start({ initializer: 5 as never }), { name: "TypeError" });
  assert.match(String(manager), /created/);
});

test("a manager is used after its start, and started once", LIMIT, async () => {
  const fresh = new MyManager();
  await assert.rejects(fresh.Account(), StateError);
  assert.throws(() => fresh.AccountSync(), StateError);
  await assert.rejects(fresh.shutdown(), StateError);
  await assert.rejects(fresh.join(), StateError);
  await assert.rejects(fresh.connect(), StateError);
  await assert.rejects(manager.start(), StateError);
  for (const options of [null, 5] as never[])
    await assert.rejects(fresh.getServer().serveForever(options), /options must be an object/);
});

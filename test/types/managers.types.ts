// Compiled only, never run: what the compiler knows of proxies.
import { expectTypeOf } from "expect-type";
import {
  BaseManager,
  getContext,
  type ListProxy,
  Manager,
  type Proxied,
  type RemoteIterator,
  type SyncManager,
} from "manyhands/multiprocessing";

class Account {
  get balance(): number {
    return 0;
  }
  deposit(amount: number): string {
    return String(amount);
  }
  async later(): Promise<boolean> {
    return true;
  }
  merge(other: Account): this {
    void other;
    return this;
  }
  _secret(): void {}
  // oxlint-disable-next-line typescript/no-explicit-any -- what the compiler makes of it is tested
  anything(): any {}
  never(): never {
    throw new Error("never");
  }
  find(id: number): Date;
  find(name: string): string | undefined;
  find(key: number | string): Date | string | undefined {
    return typeof key === "number" ? new Date(key) : key;
  }
  at(): null;
  at(place: number): number;
  at(from: number, to: number): number[];
  at(...places: number[]): unknown {
    return places;
  }
  *entries(): Generator<[number, string]> {
    yield [1, "one"];
  }
  async *lines(): AsyncGenerator<string> {
    yield "line";
  }
  list(): number[] {
    return [1];
  }
}

export async function proxies(account: Proxied<Account>): Promise<void> {
  expectTypeOf(await account.deposit(1)).toBeString();
  expectTypeOf(account.depositSync(1)).toBeString();
  expectTypeOf(account.later()).toEqualTypeOf<Promise<boolean>>();
  expectTypeOf(account.laterSync()).toBeBoolean();
  expectTypeOf(await account.balance).toBeNumber();
  expectTypeOf(account.balanceSync()).toBeNumber();
  expectTypeOf(account.merge).parameter(0).extract<Proxied<Account>>().not.toBeNever();
  expectTypeOf(account).not.toHaveProperty("_secret");
  // @ts-expect-error: an amount is a number
  await account.deposit("1");
  expectTypeOf(await account.merge(account)).toEqualTypeOf<Proxied<Account>>();
  expectTypeOf(await account.anything()).toBeAny();
  expectTypeOf(account.never()).toEqualTypeOf<Promise<never>>();
}

export async function overloads(account: Proxied<Account>): Promise<void> {
  expectTypeOf(await account.find(1)).toEqualTypeOf<Date>();
  expectTypeOf(await account.find("one")).toEqualTypeOf<string | undefined>();
  expectTypeOf(account.findSync(1)).toEqualTypeOf<Date>();
  expectTypeOf(await account.at()).toBeNull();
  expectTypeOf(await account.at(1)).toBeNumber();
  expectTypeOf(account.atSync(1, 2)).toEqualTypeOf<number[]>();
  // @ts-expect-error: none of them takes a boolean
  await account.find(true);
}

export async function iterators(account: Proxied<Account>): Promise<void> {
  expectTypeOf(await account.entries()).toEqualTypeOf<RemoteIterator<[number, string]>>();
  for await (const line of await account.lines()) expectTypeOf(line).toBeString();
  expectTypeOf(await account.list()).toEqualTypeOf<number[]>();
  // @ts-expect-error: it stays in the server, and can only be awaited
  for (const entry of account.entriesSync()) void entry;
}

class Store<T> {
  readonly #items: T[] = [];
  all(): T[] {
    return this.#items;
  }
  *each(): Generator<T> {
    for (const item of this.#items) yield item;
  }
}

export async function generic<T>(store: Proxied<Store<T>>, list: ListProxy<T>): Promise<T[]> {
  for await (const item of await store.each()) void item;
  expectTypeOf(await store.each()).toEqualTypeOf<RemoteIterator<T>>();
  expectTypeOf(await list.sort()).toEqualTypeOf<ListProxy<T>>();
  return store.all();
}

export async function chains(): Promise<void> {
  await using manager = await Manager();
  const list = await manager.list([2, 1]);
  expectTypeOf(await list.sort()).toEqualTypeOf<ListProxy<number>>();
  expectTypeOf(await (await list.reverse()).map((item) => `${item}`)).toEqualTypeOf<string[]>();
  for await (const item of list.fillSync(0)) expectTypeOf(item).toBeNumber();
  const dict = await manager.dict({ a: 1 });
  expectTypeOf(await dict.set("b", 2)).toEqualTypeOf<typeof dict>();
  const set = await manager.set(["a"]);
  expectTypeOf(set.addSync("b")).toEqualTypeOf<typeof set>();
  const array = await manager.Array("i", 2);
  expectTypeOf(await array.fill(1)).toEqualTypeOf<typeof array>();
  const pool = await manager.Pool();
  const double = (x: number): number => x * 2;
  expectTypeOf(await pool.starmap(double, [[1]], { chunkSize: 1 })).toEqualTypeOf<number[]>();
  const later = await pool.mapAsync(double, [1], { priority: 1 });
  expectTypeOf(await later.get()).toEqualTypeOf<number[]>();
  const results = await pool.imap(double, [1], { bufferSize: 2 });
  expectTypeOf(results).toEqualTypeOf<RemoteIterator<number>>();
  expectTypeOf(pool.applySync(double, [1], { timeoutMs: 5 })).toBeNumber();
}

export async function collections(): Promise<void> {
  await using manager = await Manager();
  const list = await manager.list<number>();
  expectTypeOf(await list.pop()).toEqualTypeOf<number | undefined>();
  expectTypeOf(list.toArraySync()).toEqualTypeOf<number[]>();
  expectTypeOf(await list.map((item) => String(item))).toEqualTypeOf<string[]>();
  expectTypeOf(await manager.list(["a"])).toHaveProperty("pushSync");
  const dict = await manager.dict({ a: 1 });
  expectTypeOf(await dict.get("a")).toEqualTypeOf<number | undefined>();
  for await (const [key, value] of dict) {
    expectTypeOf(key).toBeString();
    expectTypeOf(value).toBeNumber();
  }
  const names = await manager.Namespace<{ a: number; b: string }>();
  expectTypeOf(await names.get("b")).toBeString();
  expectTypeOf(names.getSync("a")).toBeNumber();
  const value = await manager.Value("q", 1n);
  expectTypeOf(await value.get()).toBeBigInt();
  const queue = await manager.Queue<Date>();
  expectTypeOf(
    await queue.get({ timeoutMs: 1, signal: new AbortController().signal }),
  ).toEqualTypeOf<Date>();
  const lock = await manager.Lock();
  expectTypeOf(await lock.acquire()).toBeBoolean();
  expectTypeOf((await lock.hold()).abandoned).toBeBoolean();
  expectTypeOf(await lock.run(() => "x")).toBeString();
  const pool = await manager.Pool(2);
  expectTypeOf(await pool.map((x: number) => `${x}`, [1])).toEqualTypeOf<string[]>();
  expectTypeOf(await pool.apply((a: number, b: string) => b.repeat(a), [1, "x"])).toBeString();
  await using base = await new BaseManager().start();
  expectTypeOf(base).toEqualTypeOf<BaseManager>();
}

expectTypeOf(getContext("spawn").Manager()).toEqualTypeOf<Promise<SyncManager>>();
expectTypeOf(new (getContext().Queue)<number>().getSync()).toEqualTypeOf<number>();

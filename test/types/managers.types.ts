// Compiled only, never run: what the compiler knows of proxies.
import { expectTypeOf } from "expect-type";
import {
  BaseManager,
  getContext,
  Manager,
  type Proxied,
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

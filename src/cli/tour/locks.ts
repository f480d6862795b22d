import { NotOwnerError } from "../../errors.ts";
import { Lock, RLock, Semaphore } from "../../threading/index.ts";
import type { Stop } from "./guide.ts";

export const locks: Stop = {
  title: "locks: one at a time",
  text: `
A Lock admits one at a time, whether it is awaited or blocked for; the same classes stand in
manyhands/threading and manyhands/multiprocessing. An RLock lets its owner in again.`,
  async run(guide) {
    const lock = new Lock({ name: "account" });
    let balance = 0;
    const deposit = async (): Promise<void> => {
      using _ = await lock.hold();
      const seen = balance;
      await new Promise(setImmediate);
      balance = seen + 1;
    };
    await Promise.all(Array.from({ length: 10 }, deposit));
    guide.equal("ten deposits, none lost", balance, 10);
    guide.equal("in words", String(lock), 'Lock "account" (free)');
    await guide.fails("a free lock has no owner", () => lock.release(), NotOwnerError);
    const nested = new RLock();
    guide.equal("its owner again", await nested.run(() => nested.run(() => nested.depth)), 2);
    const places = new Semaphore(2);
    guide.equal(
      "two places",
      [places, places, places].map((it) => it.tryAcquire()).join(),
      "true,true,false",
    );
  },
};

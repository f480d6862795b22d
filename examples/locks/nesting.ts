/** A method that locks calls another that locks: an RLock lets its owner in again. */
import { Lock, RLock } from "manyhands/threading";

class Account {
  readonly #lock: Lock;
  #balance = 0;

  constructor(lock: Lock) {
    this.#lock = lock;
  }

  deposit(amount: number): Promise<void> {
    return this.#lock.run(() => {
      this.#balance += amount;
    });
  }

  async depositTwice(amount: number): Promise<number> {
    return this.#lock.run(async () => {
      await this.deposit(amount);
      await this.deposit(amount);
      return this.#balance;
    });
  }
}

console.log("with an RLock:", await new Account(new RLock()).depositTwice(5));

const lock = new Lock();
await lock.run(async () => {
  const again = await lock.acquire({ timeoutMs: 10 });
  console.log("a plain Lock lets its own owner in:", again);
});

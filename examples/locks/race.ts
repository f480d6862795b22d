/** A race, and its cure: two clerks who read a balance, think, and write it back. */
import { setImmediate as think } from "node:timers/promises";
import { Lock } from "manyhands/threading";

let balance = 0;

async function deposit(times: number): Promise<void> {
  for (let time = 0; time < times; time++) {
    const seen = balance;
    await think();
    balance = seen + 1;
  }
}

await Promise.all([deposit(100), deposit(100)]);
console.log("without a lock some deposits are lost:", balance < 200);

balance = 0;
const lock = new Lock({ name: "account" });

async function depositSafely(times: number): Promise<void> {
  for (let time = 0; time < times; time++) {
    using _ = await lock.hold();
    const seen = balance;
    await think();
    balance = seen + 1;
  }
}

await Promise.all([depositSafely(100), depositSafely(100)]);
console.log("with a lock:", balance);

/** Three windows sell the same tickets; a lock around "look and take" prevents overselling. */
import { setImmediate as talk } from "node:timers/promises";
import { Lock } from "manyhands/threading";

const lock = new Lock({ name: "tickets" });
let left = 20;
let sold = 0;

async function windowAt(_number: number): Promise<void> {
  for (;;) {
    const gotOne = await lock.run(async () => {
      if (left === 0) return false;
      await talk();
      left--;
      sold++;
      return true;
    });
    if (!gotOne) return;
  }
}

await Promise.all([1, 2, 3].map(windowAt));
console.log(`sold ${sold}, left ${left}`);

/** A car park with two places: a semaphore counts them, and cars queue in order of arrival. */
import { setTimeout as sleep } from "node:timers/promises";
import { BoundedSemaphore } from "manyhands/threading";

const places = new BoundedSemaphore(2, { name: "places" });
let parked = 0;
let most = 0;

async function car(name: string): Promise<void> {
  using _ = await places.hold();
  parked++;
  most = Math.max(most, parked);
  console.log(`${name} is in`);
  await sleep(10);
  parked--;
}

await Promise.all(["Ann", "Bob", "Cid", "Dee", "Eve"].map(car));
console.log(`never more than ${most}`);
try {
  places.release();
} catch (error) {
  console.log(`nobody can leave twice: ${(error as Error).name}`);
}

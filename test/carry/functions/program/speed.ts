/** Prints how much processor time loops and awaits take after a capture, relative to before. */
/* oxlint-disable typescript/await-thenable, unicorn/no-unnecessary-await */
import { functionCarrier } from "#internal/carry/functions/carrier.js";

let factor = 1;

function loop(): number {
  let sum = 0;
  for (let i = 0; i < 3e6; i++) sum += Math.sqrt(i) * factor;
  return sum;
}

async function awaits(): Promise<void> {
  for (let i = 0; i < 1e5; i++) await undefined;
}

async function best(body: () => unknown): Promise<number> {
  let least = Infinity;
  for (let round = 0; round < 15; round++) {
    const start = process.cpuUsage();
    await body();
    const { user, system } = process.cpuUsage(start);
    least = Math.min(least, user + system);
  }
  return least;
}

await best(loop);
const before = [await best(loop), await best(awaits)];
for (let i = 0; i < 100; i++) {
  factor = i;
  functionCarrier.describe(() => loop() * factor);
}
factor = 1;
const after = [await best(loop), await best(awaits)];
console.log(JSON.stringify(after.map((time, index) => time / before[index]!)));

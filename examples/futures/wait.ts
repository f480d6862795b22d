// Waiting for one of several futures, then for all; then the results in order.
import { FIRST_COMPLETED, ProcessPoolExecutor, wait } from "manyhands/futures";

async function square(n: number): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, n === 3 ? 0 : 3_000));
  return n * n;
}

await using executor = new ProcessPoolExecutor({ maxWorkers: 4 });
const futures = [0, 1, 2, 3].map((n) => executor.submit(square, n));
const first = await wait(futures, { returnWhen: FIRST_COMPLETED });
for (const future of first.done) console.log("first:", await future, "of", futures.length);
const { done, notDone } = await wait(futures);
console.log("done:", done.size, "not done:", notDone.size);
console.log("all:", await Promise.all(futures));

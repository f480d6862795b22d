// A long report is asked for first, three short ones behind it. First come, first served makes all
// of them wait for the long one; the shortest first does not.
import { ThreadPool } from "manyhands/multiprocessing";

const REPORTS = { long: 60_000, a: 3_000, b: 2_000, c: 1_000 };

/** Stands for work that takes about as long as it says. */
const report = (name: string): string => name;

async function serve(schedule: "fifo" | "sjf"): Promise<void> {
  await using pool = new ThreadPool({ processes: 1, schedule });
  const order: string[] = [];
  const callback = (name: string): void => void order.push(name);
  const all = Object.entries(REPORTS).map(([name, cost]) =>
    pool.apply(report, [name], { cost, callback }),
  );
  await Promise.all(all);
  console.log(`${schedule}: ${order.join(", ")}`);
}

await serve("fifo");
await serve("sjf");

import { BrokenExecutorError, CancelledError, TimeoutError } from "../../errors.ts";
import { asCompleted, ThreadPoolExecutor, wait } from "../../futures/index.ts";
import { Pool } from "../../multiprocessing/index.ts";
import { Event } from "../../threading/index.ts";
import type { Guide, Stop } from "./guide.ts";

export const pools: Stop = {
  title: "pools and futures: many hands",
  text: `
A pool spreads calls over workers. Maps put items together in chunks, streams take no more of their
input than they need, and whatever happens to a worker, nobody waits for ever.`,
  async run(guide) {
    await using pool = new Pool(2);
    const factor = 3;
    const threefold = (n: number): number => n * factor;
    guide.equal("a map over processes", await pool.map(threefold, [1, 2, 3]), [3, 6, 9]);
    guide.equal("the same, blocking", pool.mapSync(threefold, new Set([4])), [12]);
    const squares: number[] = [];
    for await (const square of pool.imap((n: number) => n * n, naturals())) {
      squares.push(square);
      if (squares.length === 4) break;
    }
    guide.equal("four results of an input that never ends", squares, [1, 4, 9, 16]);
    const endless = pool.apply(spin, [], { timeoutMs: 100 });
    await guide.fails("work that takes too long is stopped", () => endless, TimeoutError);
    const deadly = pool.apply(() => process.exit(3));
    await guide.fails("a worker that dies says so", () => deadly, BrokenExecutorError);
    guide.equal("and the pool goes on", await pool.apply(threefold, [2]), 6);
    await submit(guide);
  },
};

async function submit(guide: Guide): Promise<void> {
  await using executor = new ThreadPoolExecutor({ maxWorkers: 1 });
  const futures = [1, 2, 3].map((n) => executor.submit((m: number) => m * 2, n));
  const { done } = await wait(futures);
  guide.equal("futures that are done", done.size, 3);
  let sum = 0;
  for await (const report of asCompleted(futures))
    if (report.status === "fulfilled") sum += report.value;
  guide.equal("their sum, as they came", sum, 12);
  const gate = new Event();
  const running = executor.submit(() => gate.wait());
  const queued = executor.submit(() => "never");
  guide.that("what has not begun can be taken back", queued.cancel());
  await guide.fails("and is cancelled", () => queued, CancelledError);
  gate.set();
  await running;
}

function* naturals(): Generator<number> {
  for (let n = 1; ; n++) yield n;
}

function spin(): void {
  for (;;);
}

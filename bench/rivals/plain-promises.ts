/** Nothing but promises, for what asyncio adds on top. */
const TASKS = 100_000;
const settled = Promise.resolve();

async function crowd(body: () => Promise<number>, tasks: number): Promise<number> {
  const start = performance.now();
  await Promise.all(Array.from({ length: tasks }, () => body()));
  return performance.now() - start;
}

/** Once to warm up, then the one that counts. */
async function twice(body: () => Promise<number>, effort: number): Promise<number> {
  await crowd(body, TASKS * effort);
  return crowd(body, TASKS * effort);
}

export const createAndGather = (effort: number): Promise<number> => twice(async () => 1, effort);

export const createAwaitAndGather = (effort: number): Promise<number> =>
  twice(async () => {
    await settled;
    return 1;
  }, effort);

export const createTurnAndGather = (effort: number): Promise<number> =>
  twice(() => new Promise((resolve) => setImmediate(resolve, 1)), effort);

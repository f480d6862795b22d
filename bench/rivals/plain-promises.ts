/** Nothing but promises, for what asyncio adds on top. */
import { AsyncLocalStorage, AsyncResource } from "node:async_hooks";

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

/** What Node itself asks for a promise that begins later, in an async context of its own. */
export async function createInContextAndGather(effort: number): Promise<number> {
  const storage = new AsyncLocalStorage<object>();
  const begin = async (): Promise<number> => 1;
  const crowdInContexts = async (tasks: number): Promise<number> => {
    const start = performance.now();
    const resources = Array.from(
      { length: tasks },
      () => new AsyncResource("TASK", { requireManualDestroy: true }),
    );
    await settled;
    const enter = (): Promise<number> => storage.run({}, begin);
    await Promise.all(resources.map((resource) => resource.runInAsyncScope(enter)));
    return performance.now() - start;
  };
  await crowdInContexts(TASKS * effort);
  return crowdInContexts(TASKS * effort);
}

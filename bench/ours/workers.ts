/** What it costs to start our processes and threads. */
import { Process, type StartMethod } from "manyhands/multiprocessing";
import { Thread } from "manyhands/threading";
import { threadClockOf } from "../rivals/fresh-program.js";
import { nothing, now } from "./worker-targets.js";

/** Milliseconds for each start and join, one after another, when all is warm. */
async function oneByOne(startMethod: StartMethod, count: number): Promise<number> {
  const once = async (): Promise<void> => {
    const child = await new Process({ target: nothing, startMethod }).start();
    await child.join();
  };
  await once();
  const samples: number[] = [];
  for (let index = 0; index < count; index++) {
    const started = performance.now();
    await once();
    samples.push(performance.now() - started);
  }
  return samples.sort((a, b) => a - b)[count >> 1]!;
}

export const forkserverOneByOne = (effort: number): Promise<number> =>
  oneByOne("forkserver", Math.ceil(60 * effort));

export const spawnOneByOne = (effort: number): Promise<number> =>
  oneByOne("spawn", Math.ceil(15 * effort));

/** Milliseconds from the call of `start` to the first line of user code. */
export async function spawnToUserCode(effort: number): Promise<number> {
  const samples: number[] = [];
  for (let index = 0; index < Math.ceil(15 * effort); index++) {
    const started = now();
    const child = await new Process({ target: now, startMethod: "spawn" }).start();
    samples.push((await child.result()) - started);
    await child.join();
  }
  return samples.sort((a, b) => a - b)[samples.length >> 1]!;
}

export async function threadOneByOne(effort: number): Promise<number> {
  return await threadClockOf(effort, async () => {
    const thread = await new Thread({ target: nothing }).start();
    await thread.join();
  });
}

/** Milliseconds until a hundred processes, started at once, have all run. */
export async function hundredAtOnce(): Promise<number> {
  const warm = await new Process({ target: nothing, startMethod: "forkserver" }).start();
  await warm.join();
  const started = performance.now();
  const all = Array.from(
    { length: 100 },
    () => new Process({ target: nothing, startMethod: "forkserver" }),
  );
  await Promise.all(all.map(async (child) => (await child.start()).join()));
  return performance.now() - started;
}

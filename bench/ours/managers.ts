/** What it costs to use objects in our managers' servers. */
import { Manager, Process, SyncManager } from "manyhands/multiprocessing";

const ROUNDS = 20_000;

type Dict = Awaited<ReturnType<typeof makeDict>>;

const makeDict = (manager: SyncManager) => manager.dict<string, number>();

/** Operations in a second: each round is a set and a get. */
function clock(dict: Dict, rounds: number): number {
  for (let round = 0; round < 500; round++) dict.setSync("key", dict.getSync("key") ?? 0);
  const started = performance.now();
  for (let round = 0; round < rounds; round++) {
    dict.setSync("key", round);
    dict.getSync("key");
  }
  return (rounds * 2) / ((performance.now() - started) / 1e3);
}

export async function oneClient(effort: number): Promise<number> {
  await using manager = await Manager();
  return clock(await makeDict(manager), ROUNDS * effort);
}

export async function overSockets(effort: number): Promise<number> {
  const address = { host: "127.0.0.1", port: 0 };
  await using server = await new SyncManager({ address }).start();
  await using client = await new SyncManager({ address: server.address }).connect();
  return clock(await makeDict(client), ROUNDS * effort * 0.3);
}

export async function promises(effort: number): Promise<number> {
  await using manager = await Manager();
  const dict = await makeDict(manager);
  const rounds = ROUNDS * effort * 0.3;
  for (let round = 0; round < 500; round++) await dict.set("key", round);
  const started = performance.now();
  for (let round = 0; round < rounds; round++) {
    await dict.set("key", round);
    await dict.get("key");
  }
  return (rounds * 2) / ((performance.now() - started) / 1e3);
}

export async function twoClients(effort: number): Promise<number> {
  await using manager = await Manager();
  const dict = await makeDict(manager);
  const ready = await manager.Barrier(2);
  const rounds = ROUNDS * effort;
  const work = (shared: Dict, gate: typeof ready): [number, number] => {
    for (let round = 0; round < 500; round++) shared.setSync("key", round);
    gate.waitSync();
    const started = performance.timeOrigin + performance.now();
    for (let round = 0; round < rounds; round++) {
      shared.setSync("key", round);
      shared.getSync("key");
    }
    return [started, performance.timeOrigin + performance.now()];
  };
  const clients = [0, 1].map(() => new Process({ target: work, args: [dict, ready] }));
  await Promise.all(clients.map((client) => client.start()));
  const times = await Promise.all(clients.map((client) => client.result()));
  const started = Math.min(...times.map(([start]) => start));
  const ended = Math.max(...times.map(([, end]) => end));
  return (rounds * 4) / ((ended - started) / 1e3);
}

/** Milliseconds, in the middle of several. */
export async function startAndShutDown(effort: number): Promise<number> {
  const once = async (): Promise<number> => {
    const started = performance.now();
    const manager = await Manager();
    await manager.shutdown();
    return performance.now() - started;
  };
  await once();
  const samples: number[] = [];
  for (let index = 0; index < Math.ceil(10 * effort); index++) samples.push(await once());
  return samples.sort((a, b) => a - b)[samples.length >> 1]!;
}

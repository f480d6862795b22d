import { Manager } from "manyhands/multiprocessing";

/** Starts what lives as long as a program that uses managers: arena, bell, fork server. */
export async function warmUp(): Promise<void> {
  const manager = await Manager();
  const list = await manager.list([1]);
  await list.push(2);
  list.lengthSync();
  await manager.shutdown();
}

export const LIMIT = {
  timeout: 60_000,
  skip: process.platform === "linux" ? (false as const) : "no shared memory here",
};

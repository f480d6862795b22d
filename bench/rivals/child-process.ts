/** Programs under Node's own `node:child_process`, used directly. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { buffer } from "node:stream/consumers";

const MEGABYTES = 32;

async function run(program: string, input: string | Uint8Array): Promise<Uint8Array> {
  const child = spawn(program);
  child.stdin.on("error", () => undefined).end(input);
  const [stdout] = await Promise.all([
    buffer(child.stdout),
    buffer(child.stderr),
    once(child, "exit"),
  ]);
  return stdout;
}

/** Milliseconds each. */
export async function oneByOne(effort: number): Promise<number> {
  const count = Math.ceil(50 * effort);
  await run("true", "");
  const start = performance.now();
  for (let i = 0; i < count; i++) await run("true", "");
  return (performance.now() - start) / count;
}

/** Milliseconds each. */
export function oneByOneBlocking(effort: number): number {
  const count = Math.ceil(50 * effort);
  spawnSync("true");
  const start = performance.now();
  for (let i = 0; i < count; i++) spawnSync("true");
  return (performance.now() - start) / count;
}

/** Milliseconds each. */
export async function manyAtOnce(effort: number): Promise<number> {
  const waves = Math.ceil(3 * effort);
  await run("cat", "x");
  const start = performance.now();
  for (let wave = 0; wave < waves; wave++)
    await Promise.all(Array.from({ length: 50 }, () => run("cat", "x")));
  return (performance.now() - start) / waves / 50;
}

/** Megabytes per second. */
export async function throughCat(effort: number): Promise<number> {
  const rounds = Math.ceil(3 * effort);
  const input = Buffer.alloc(MEGABYTES << 20, "some bytes\n");
  await run("cat", "x");
  const start = performance.now();
  for (let i = 0; i < rounds; i++) await run("cat", input);
  return (rounds * MEGABYTES * 1000) / (performance.now() - start);
}

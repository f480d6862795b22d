/** Programs under `manyhands/subprocess`. */
import { run, runSync } from "manyhands/subprocess";

const MEGABYTES = 32;

/** Milliseconds each. */
export async function oneByOne(effort: number): Promise<number> {
  const count = Math.ceil(50 * effort);
  await run(["true"], { captureOutput: true });
  const start = performance.now();
  for (let i = 0; i < count; i++) await run(["true"], { captureOutput: true });
  return (performance.now() - start) / count;
}

/** Milliseconds each. */
export function oneByOneBlocking(effort: number): number {
  const count = Math.ceil(50 * effort);
  runSync(["true"], { captureOutput: true });
  const start = performance.now();
  for (let i = 0; i < count; i++) runSync(["true"], { captureOutput: true });
  return (performance.now() - start) / count;
}

/** Milliseconds each. */
export async function manyAtOnce(effort: number): Promise<number> {
  const waves = Math.ceil(3 * effort);
  await run(["cat"], { input: "x", captureOutput: true });
  const start = performance.now();
  for (let wave = 0; wave < waves; wave++) {
    await Promise.all(
      Array.from({ length: 50 }, () => run(["cat"], { input: "x", captureOutput: true })),
    );
  }
  return (performance.now() - start) / waves / 50;
}

/** Megabytes per second. */
export async function throughCat(effort: number): Promise<number> {
  const rounds = Math.ceil(3 * effort);
  const input = Buffer.alloc(MEGABYTES << 20, "some bytes\n");
  await run(["cat"], { input: "x", captureOutput: true });
  const start = performance.now();
  for (let i = 0; i < rounds; i++) await run(["cat"], { input, captureOutput: true });
  return (rounds * MEGABYTES * 1000) / (performance.now() - start);
}

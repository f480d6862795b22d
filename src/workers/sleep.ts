import { checkTime, Fuse, signalOf, type Wait } from "../core/deadline.ts";
import { napSync } from "../core/nap.ts";

/** Resolves after a time. Rejects with the signal's reason when that aborts first. */
export async function sleep(ms: number, wait: Wait = {}): Promise<void> {
  checkTime(ms, "ms");
  const signal = signalOf(wait);
  signal?.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const fuse = new Fuse(ms, signal, resolve, () => reject(signal!.reason as Error));
    void fuse;
  });
}

/** Blocks this thread for a time. */
export function sleepSync(ms: number): void {
  napSync(checkTime(ms, "ms"));
}

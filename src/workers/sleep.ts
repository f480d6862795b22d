import { checkTime, Fuse, signalOf, timeAllowed, type Wait } from "../core/deadline.ts";
import { napSync } from "../core/nap.ts";
import { TimeoutError } from "../errors.ts";

/**
 * Resolves after a time.
 * @throws the signal's reason when that aborts first, TimeoutError when the time of `wait` is
 * shorter and over
 */
export async function sleep(ms: number, wait?: Wait): Promise<void> {
  checkTime(ms, "ms");
  const timeoutMs = timeAllowed(wait);
  const signal = signalOf(wait);
  signal?.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const fuse = new Fuse(Math.min(ms, timeoutMs), signal, resolve, () =>
      reject(signal!.reason as Error),
    );
    void fuse;
  });
  if (timeoutMs < ms) throw new TimeoutError(`a sleep of ${ms} ms was cut after ${timeoutMs} ms`);
}

/** Blocks this thread for a time. */
export function sleepSync(ms: number): void {
  napSync(checkTime(ms, "ms"));
}

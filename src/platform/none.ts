/** Why there is no shared memory here, as the error that everything which needs it throws. */
import { UnsupportedPlatformError } from "../errors.ts";

export function sharedMemoryMissing(why: string): UnsupportedPlatformError {
  return new UnsupportedPlatformError(
    `Memory shared between processes is not available: ${why}. ` +
      `Threads, asyncio, subprocess and sched work without it; ` +
      `Process, Pool and ProcessPoolExecutor run over plain messages.`,
  );
}

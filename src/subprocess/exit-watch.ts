/**
 * How a program ended, asked of the kernel while Node's event loop cannot tell. Takes native code:
 * Linux with the platform layer on.
 */
import { StateError, UnsupportedPlatformError } from "../errors.ts";
import { waitExitPeek } from "../platform/linux-wait.ts";
import { whyNoPlatform } from "../platform/load.ts";

function whyNot(): string | null {
  return whyNoPlatform() ?? (process.platform === "linux" ? null : "it is written for Linux only");
}

/** Null while it runs, and where nobody can be asked. */
export function peekExit(pid: number): number | null {
  if (whyNot() !== null) return null;
  try {
    return waitExitPeek(pid, 0);
  } catch {
    return null;
  }
}

/**
 * Null when the time is up.
 * @throws UnsupportedPlatformError; StateError in the instant between Node's reaping and its event
 */
export function awaitExit(pid: number, timeoutMs: number): number | null {
  const why = whyNot();
  if (why !== null)
    throw new UnsupportedPlatformError(`waitSync needs native code (${why}): await wait()`);
  try {
    return waitExitPeek(pid, timeoutMs);
  } catch (cause) {
    throw new StateError(`process ${pid} has ended and Node is about to tell: await wait()`, {
      cause,
    });
  }
}

/**
 * How a program ended, asked of the kernel while Node's event loop cannot tell. Takes native code:
 * Linux with the platform layer on.
 */
import { Deadline } from "../core/deadline.ts";
import { napSync } from "../core/nap.ts";
import { StateError, UnsupportedPlatformError } from "../errors.ts";
import { childExit, openPidfd, sleepUntilReadable } from "../platform/linux-wait.ts";
import { loadPlatform, whyNoPlatform } from "../platform/load.ts";
import { closeNative } from "../platform/close-native.ts";

/** A thread inside a native call cannot be terminated, so it comes back this often. */
const SLICE_MS = 250;
/** Between two looks, where there is nothing to sleep on. */
const NAP_MS = 1;

function whyNot(): string | null {
  const why = whyNoPlatform();
  if (why !== null) return why;
  if (process.platform !== "linux") return "it is written for Linux only";
  try {
    loadPlatform();
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

/** Null while it runs, and where nobody can be asked. */
export function peekExit(pid: number): number | null {
  if (whyNot() !== null) return null;
  try {
    return childExit(pid);
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
    return childExit(pid) ?? sleepUntilExit(pid, new Deadline(timeoutMs));
  } catch (cause) {
    throw new StateError(`process ${pid} has ended and Node is about to tell: await wait()`, {
      cause,
    });
  }
}

function sleepUntilExit(pid: number, deadline: Deadline): number | null {
  const pidfd = openPidfd(pid);
  try {
    while (!deadline.passed) {
      const sliceMs = Math.min(SLICE_MS, Math.ceil(deadline.remainingMs));
      if (pidfd === null) napSync(NAP_MS);
      else sleepUntilReadable(pidfd, sliceMs);
      const code = childExit(pid);
      if (code !== null) return code;
    }
    return null;
  } finally {
    if (pidfd !== null) closeNative(pidfd);
  }
}

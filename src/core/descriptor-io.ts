/**
 * Reading, writing and sleeping on descriptors, with native calls and without them.
 *
 * Without native calls a blocking wait has nothing to sleep on: it naps for a millisecond and
 * calls every descriptor ready; the caller looks again, finds nothing, and comes back.
 */
import { readSync, writeSync } from "node:fs";
import { napSync } from "./nap.ts";
import { type PollRequest, processPlatform } from "../platform/process-platform.ts";

/** A thread asleep in a native call cannot be ended, so no sleep is longer than this. */
export const LONGEST_SLEEP_MS = 250;
const NAP_MS = 1;

/** Bytes read, 0 at the end of the stream, -1 when there is nothing yet. */
export function readAvailable(fd: number, into: Uint8Array): number {
  const platform = processPlatform();
  try {
    return platform === null ? readSync(fd, into) : platform.readNow(fd, into);
  } catch (error) {
    return answerOf(error, "read");
  }
}

/** Bytes written, -1 when there is no room yet, 0 when nobody will ever read them. */
export function writeAvailable(fd: number, bytes: Uint8Array): number {
  const platform = processPlatform();
  try {
    return platform === null ? writeSync(fd, bytes) : platform.writeNow(fd, bytes);
  } catch (error) {
    return answerOf(error, "write");
  }
}

function answerOf(error: unknown, call: "read" | "write"): number {
  const { code } = error as NodeJS.ErrnoException;
  if (code === "EAGAIN") return -1;
  if (code === "ECONNRESET" || code === "EPIPE" || (call === "read" && code === "EIO")) return 0;
  throw error;
}

/** Sleeps until one of the descriptors may be ready; may return early. */
export function sleepUntilReady(requests: readonly PollRequest[], timeoutMs: number): void {
  const platform = processPlatform();
  if (platform === null || requests.length === 0) napSync(Math.min(timeoutMs, NAP_MS));
  else platform.poll(requests, Math.min(timeoutMs, LONGEST_SLEEP_MS));
}

/**
 * Writes everything to a descriptor that may be non-blocking, sleeping where it must. False when
 * nobody reads any more.
 */
export function writeAll(fd: number, bytes: Uint8Array): boolean {
  let rest = bytes;
  while (rest.length > 0) {
    let written: number;
    try {
      written = writeSync(fd, rest);
    } catch (error) {
      written = answerOf(error, "write");
    }
    if (written === 0) return false;
    if (written < 0) sleepUntilReady([{ fd, write: true }], LONGEST_SLEEP_MS);
    else rest = rest.subarray(written);
  }
  return true;
}

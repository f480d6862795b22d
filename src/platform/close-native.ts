/**
 * Closing what the system's own calls have opened. In a Worker `node:fs` minds descriptors that it
 * did not open there, and warns; elsewhere it needs no native code to be loaded.
 */
import { closeSync } from "node:fs";
import { isMainThread } from "node:worker_threads";
import { loadPlatform, whyNoPlatform } from "./load.ts";

export function closeNative(fd: number): void {
  if (isMainThread || whyNoPlatform() !== null) closeSync(fd);
  else loadPlatform().closeFile(fd);
}

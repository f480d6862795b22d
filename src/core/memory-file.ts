/** Memory files without a name. */
import { openSync } from "node:fs";
import { loadPlatform } from "../platform/load.ts";
import { withDescriptors } from "./descriptors.ts";

/** The descriptor of a new one, all zeros; `name` is only shown. */
export function openMemoryFile(name: string, sizeBytes: number): number {
  const platform = loadPlatform();
  const made = withDescriptors(() => platform.createMemoryFile(name, sizeBytes));
  try {
    // Opened anew by this thread, so that it is closed with it, however the thread ends.
    return withDescriptors(() => openSync(`/proc/self/fd/${made}`, "r+"));
  } finally {
    platform.closeFile(made);
  }
}

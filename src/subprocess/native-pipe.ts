/** Pipes made by the system itself. They are closed by it too. */
import { loadPlatform, whyNoPlatform } from "../platform/load.ts";
import type { Pipe } from "../platform/platform.ts";

/** Null where there is no native code, or none that can be loaded. */
export function makePipe(): Pipe | null {
  if (whyNoPlatform() !== null) return null;
  let platform;
  try {
    platform = loadPlatform();
  } catch {
    return null;
  }
  return platform.makePipe();
}

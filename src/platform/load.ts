/**
 * Chooses the platform: Linux on x64 and arm64 by itself, macOS only when asked for (its file is
 * written to the documented calls but is not run by our tests), nothing elsewhere.
 * `MANYHANDS_PLATFORM` overrides: `none`, `linux` or `darwin`.
 */
import { DarwinPlatform } from "./darwin.ts";
import { LinuxPlatform } from "./linux.ts";
import { sharedMemoryMissing } from "./none.ts";
import type { Platform } from "./platform.ts";
import { whyNativeCallsOff } from "./process-platform.ts";
import { isShortage } from "./system-call-error.ts";

let loaded: Platform | undefined;

/** Why memory cannot be shared between processes here; null when it should work. */
export function whyNoPlatform(): string | null {
  const { platform, arch, env } = process;
  const off = whyNativeCallsOff();
  if (off !== null) return off;
  const chosen = env["MANYHANDS_PLATFORM"] ?? (platform === "linux" ? "linux" : "none");
  if (chosen === "none") return `${platform} is not supported yet`;
  if (chosen !== "linux" && chosen !== "darwin") {
    return `MANYHANDS_PLATFORM=${chosen} names no platform (none, linux or darwin)`;
  }
  if (chosen !== platform) return `MANYHANDS_PLATFORM=${chosen} does not fit ${platform}`;
  if (arch !== "x64" && arch !== "arm64") return `${platform} on ${arch} is not supported`;
  return null;
}

/** What trying showed; undefined before. */
let forbidden: string | null | undefined;

/**
 * The same, found out by making a memory file, once: a sandbox may forbid that.
 * @throws what the system says where it has no room for one now
 */
export function whyNoSharedMemory(): string | null {
  const why = whyNoPlatform();
  if (why !== null || forbidden === null) return why;
  forbidden ??= tryMemoryFile();
  return forbidden;
}

function tryMemoryFile(): string | null {
  const platform = loadPlatform();
  try {
    platform.closeFile(platform.createMemoryFile("manyhands-probe", 1));
    return null;
  } catch (error) {
    if (isShortage(error)) throw error;
    const why = `this machine forbids memory files (${(error as Error).message})`;
    process.emitWarning(`${why}: processes share no memory`, "SharedMemoryWarning");
    return why;
  }
}

/** @throws UnsupportedPlatformError */
export function loadPlatform(): Platform {
  const why = whyNoPlatform();
  if (why !== null) throw sharedMemoryMissing(why);
  loaded ??= process.platform === "darwin" ? new DarwinPlatform() : new LinuxPlatform();
  return loaded;
}

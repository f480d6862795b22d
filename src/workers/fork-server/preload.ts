/**
 * Loads the modules that children of a fork server find loaded.
 *
 * Timers and handles that a module opens while it loads exist in every child too. They go on there,
 * but must not keep a child alive that has nothing else to do: the log answered here is for that.
 */
import { setImmediate } from "node:timers/promises";
import { ActivityLog } from "../forking/activity.ts";
import { writeAll } from "../../core/descriptor-io.ts";
import { importModule } from "../../platform/importing.ts";

/**
 * Modules of Node that children use as a rule. They load when something of them is first used,
 * which would be in every child anew. (`perf_hooks` is behind the global `performance`, `tty` and
 * `net` are behind `console.log`; the streams themselves are not to be made before a fork.)
 */
const OF_NODE =
  "child_process fs net os perf_hooks stream timers/promises tty url util v8 vm worker_threads";
/** Takes as long as all of these together, and fewer children use it. */
const OF_NODE_LATER = "crypto";

export function preloadNode(): void {
  for (const name of OF_NODE.split(" ")) process.getBuiltinModule(`node:${name}`);
  // Node makes it when it is first asked for.
  performance.now();
}

export function preloadNodeLater(): void {
  process.getBuiltinModule(`node:${OF_NODE_LATER}`);
}

export async function preload(specifiers: readonly string[]): Promise<ActivityLog> {
  const log = new ActivityLog();
  if (specifiers.length === 0) return log;
  log.start();
  for (const specifier of specifiers) {
    try {
      await importModule(specifier);
    } catch (error) {
      // A warning event would be emitted in the children: this process never turns its loop again.
      writeAll(2, Buffer.from(`The fork server cannot preload ${specifier}: ${String(error)}\n`));
    }
  }
  // Lets resources of the imports themselves be destroyed.
  await setImmediate();
  log.stop();
  return log;
}

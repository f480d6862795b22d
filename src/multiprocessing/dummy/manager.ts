/** A manager whose server is a thread of this process. */
import type { ManagerOptions } from "../../managers/manager-options.ts";
import type { ServerHome } from "../../managers/server-host.ts";
import { SyncManager } from "../../managers/sync-manager.ts";

/**
 * `SyncManager` without a process: its objects live in a thread, and every thread uses them through
 * proxies.
 */
export class ThreadManager extends SyncManager {
  protected override get home(): ServerHome {
    return "thread";
  }
}

/** A started `ThreadManager`. */
export async function Manager(options?: ManagerOptions): Promise<ThreadManager> {
  return await new ThreadManager(options).start();
}

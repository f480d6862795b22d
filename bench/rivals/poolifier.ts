/** poolifier: threads that registered their functions. */
import { fileURLToPath } from "node:url";
import { importRival } from "../rival-package.js";
import { measuresOf, type Open } from "./pool-measures.js";

interface Pool {
  execute(argument: unknown, name: string, signal?: AbortSignal): Promise<unknown>;
  mapExecute(items: Iterable<unknown>, name: string): Promise<unknown>;
  destroy(): Promise<void>;
}
type MakePool = new (size: number, script: string, options: object) => Pool;
interface Package {
  FixedThreadPool: MakePool;
  FixedClusterPool: MakePool;
}

const script = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

export const openPoolifier =
  (kind: keyof Package, worker: string): Open =>
  async (workers) => {
    const { [kind]: Pool } = await importRival<Package>("poolifier");
    const pool = new Pool(workers, script(worker), { enableTasksQueue: true });
    return {
      call: (name, argument, signal) => pool.execute(argument, name, signal),
      map: (name, items) => pool.mapExecute(items, name),
      close: () => pool.destroy(),
    };
  };

export const open: Open = openPoolifier("FixedThreadPool", "./poolifier-worker.js");

export const measures = measuresOf(open);

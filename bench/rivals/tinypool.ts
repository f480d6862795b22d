/** tinypool: piscina made small; threads that load a file. */
import { fileURLToPath } from "node:url";
import { importRival } from "../rival-package.js";
import { measuresOf, type Open } from "./pool-measures.js";

interface Tinypool {
  run(
    argument: unknown,
    options: { name: string; signal?: AbortSignal | undefined },
  ): Promise<unknown>;
  destroy(): Promise<void>;
}
interface Options {
  filename: string;
  runtime: "worker_threads" | "child_process";
  minThreads: number;
  maxThreads: number;
}
interface Package {
  Tinypool: new (options: Options) => Tinypool;
}

const filename = fileURLToPath(new URL("./pool-tasks.js", import.meta.url));

export const openTinypool =
  (runtime: Options["runtime"]): Open =>
  async (workers) => {
    const { Tinypool } = await importRival<Package>("tinypool");
    const pool = new Tinypool({ filename, runtime, minThreads: workers, maxThreads: workers });
    return {
      call: (name, argument, signal) => pool.run(argument, { name, signal }),
      close: () => pool.destroy(),
    };
  };

export const open: Open = openTinypool("worker_threads");

export const measures = measuresOf(open);

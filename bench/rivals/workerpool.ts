/** workerpool: threads that registered their functions. */
import { fileURLToPath } from "node:url";
import { importRival } from "../rival-package.js";
import { measuresOf, type Open } from "./pool-measures.js";

interface Pool {
  exec(
    name: string,
    args: readonly unknown[],
  ): PromiseLike<unknown> & { cancel(): Promise<unknown> };
  terminate(): PromiseLike<unknown>;
}
interface Options {
  workerType: "thread" | "process";
  minWorkers: number;
  maxWorkers: number;
  forkOpts?: { serialization: "advanced" };
}
interface Package {
  pool(script: string, options: Options): Pool;
}

const script = fileURLToPath(new URL("./workerpool-worker.js", import.meta.url));

export const openWorkerpool =
  (workerType: Options["workerType"]): Open =>
  async (workers) => {
    const library = await importRival<Package>("workerpool");
    const pool = library.pool(script, { workerType, minWorkers: workers, maxWorkers: workers });
    return {
      call(name, argument, signal) {
        const promise = pool.exec(name, [argument]);
        signal?.addEventListener("abort", () => void promise.cancel().catch(() => {}));
        return promise;
      },
      close: () => pool.terminate(),
    };
  };

export const open: Open = openWorkerpool("thread");

export const measures = measuresOf(open);

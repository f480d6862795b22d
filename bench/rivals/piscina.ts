/** piscina: a pool of threads that load a file. */
import { fileURLToPath } from "node:url";
import { importRival } from "../rival-package.js";
import { measuresOf, type Open } from "./pool-measures.js";

interface Piscina {
  run(
    argument: unknown,
    options: { name: string; signal?: AbortSignal | undefined },
  ): Promise<unknown>;
  destroy(): Promise<void>;
}
interface Package {
  Piscina: new (options: { filename: string; minThreads: number; maxThreads: number }) => Piscina;
}

const filename = fileURLToPath(new URL("./pool-tasks.js", import.meta.url));

export const open: Open = async (workers) => {
  const { Piscina } = await importRival<Package>("piscina");
  const pool = new Piscina({ filename, minThreads: workers, maxThreads: workers });
  return {
    call: (name, argument, signal) => pool.run(argument, { name, signal }),
    close: () => pool.destroy(),
  };
};

export const measures = measuresOf(open);

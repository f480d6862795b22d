/** multithreading: `spawn` sends a function's source to one of its threads. */
import { importRival } from "../rival-package.js";
import { measuresOf, type Open } from "./pool-measures.js";
import { tasks } from "./pool-tasks.js";

type Outcome = { ok: true; value: unknown } | { ok: false; error: unknown };
interface Handle {
  join(): Promise<Outcome>;
  abort(): void;
}
interface Package {
  initRuntime(options: { maxWorkers: number }): void;
  shutdown(): void;
  move(...values: unknown[]): unknown;
  spawn(moved: unknown, fn: (value: never) => unknown): Handle;
}

/** It needs what Node has since 21 (`navigator`) and 22 (`Promise.withResolvers`). */
function bringNodeUpToIt(): void {
  if (!("navigator" in globalThis)) {
    Object.assign(globalThis, { navigator: { hardwareConcurrency: 2 } });
  }
  Promise.withResolvers ??= function withResolvers<T>(): PromiseWithResolvers<T> {
    let resolve!: PromiseWithResolvers<T>["resolve"];
    let reject!: PromiseWithResolvers<T>["reject"];
    const promise = new Promise<T>((...settle) => ([resolve, reject] = settle));
    return { promise, resolve, reject };
  };
}

export const open: Open = async (workers) => {
  bringNodeUpToIt();
  const library = await importRival<Package>("multithreading");
  library.initRuntime({ maxWorkers: workers });
  return {
    async call(name, argument, signal) {
      const handle = library.spawn(library.move(argument), tasks[name]);
      signal?.addEventListener("abort", () => handle.abort());
      const outcome = await handle.join();
      if (!outcome.ok) throw outcome.error;
      return outcome.value;
    },
    close: () => library.shutdown(),
  };
};

export const measures = measuresOf(open);

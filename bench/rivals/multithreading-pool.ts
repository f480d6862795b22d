/** multithreading: `spawn` sends a function's source to one of its threads. */
import { importRival } from "../rival-package.js";
import { measuresOf, type Open } from "./pool-measures.js";
import type { TaskName } from "./pool-tasks.js";

type Outcome = { ok: true; value: unknown } | { ok: false; error: unknown };
interface Package {
  initRuntime(options: { maxWorkers: number }): void;
  shutdown(): void;
  move(...values: unknown[]): unknown;
  spawn(moved: unknown, fn: (value: never) => unknown): { join(): Promise<Outcome> };
}

/** Complete in themselves, because their sources are what crosses. */
const TASKS: Record<TaskName, (value: never) => unknown> = {
  nothing: () => {},
  identity: (value) => value,
  burn: (rounds: number) => {
    let state = 1;
    for (let round = 0; round < rounds; round++) state = (Math.imul(state, 48_271) ^ round) | 0;
    return state;
  },
};

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
    async call(name, argument) {
      const outcome = await library.spawn(library.move(argument), TASKS[name]).join();
      if (!outcome.ok) throw outcome.error;
      return outcome.value;
    },
    close: () => library.shutdown(),
  };
};

export const { roundTrip, roundTripAfterIdle, idle, tinyTasks, firstResult, cores, queuedBytes } =
  measuresOf(open);

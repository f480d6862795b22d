/** The time that an import takes in a process that has just started. */
async function timed(load: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await load();
  return performance.now() - start;
}

export const wholePackage = (): Promise<number> => timed(() => import("manyhands"));

export const nodeModules = (): Promise<number> =>
  timed(() =>
    Promise.all([
      import("node:async_hooks"),
      import("node:child_process"),
      import("node:net"),
      import("node:worker_threads"),
    ]),
  );

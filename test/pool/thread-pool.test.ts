import { test } from "node:test";
import { type Pool, ThreadPool } from "manyhands/multiprocessing";
import type { MakePool } from "../contracts/pool-clause.js";
import { poolContract } from "../contracts/pool.js";
import { expectNoLeftovers } from "../support/leftovers.js";

await expectNoLeftovers({
  warmUp: async () => {
    await using pool = new ThreadPool(1);
    await pool.apply(() => {});
  },
});

const make: MakePool = (options) => new ThreadPool(options) as Pool;

for (const clause of poolContract)
  test(`a pool of threads ${clause.name}`, { timeout: 60_000 }, () => clause.run(make));

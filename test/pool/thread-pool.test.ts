import { test } from "node:test";
import { type Pool, ThreadPool } from "manyhands/multiprocessing";
import type { MakePool } from "../contracts/pool-clause.js";
import { poolContract } from "../contracts/pool.js";
import { expectNoLeftovers } from "../support/leftovers.js";

expectNoLeftovers({ warmUp: () => new ThreadPool(1).terminate() });

const make: MakePool = (options) => new ThreadPool(options) as Pool;

for (const { name, run } of poolContract)
  test(`a pool of threads ${name}`, { timeout: 60_000 }, () => run(make));

import { test } from "node:test";
import { Pool } from "manyhands/multiprocessing";
import type { MakePool } from "../contracts/pool-clause.js";
import { poolContract } from "../contracts/pool.js";
import { expectNoLeftovers } from "../support/leftovers.js";

expectNoLeftovers({ warmUp: () => new Pool(1).terminate() });

const make: MakePool = (options) => new Pool(options);

for (const { name, run } of poolContract)
  test(`a pool of processes ${name}`, { timeout: 60_000 }, () => run(make));

import { test } from "node:test";
import { Pool } from "manyhands/multiprocessing";
import type { MakePool } from "../contracts/pool-clause.js";
import { poolContract } from "../contracts/pool.js";
import { expectNoLeftovers } from "../support/leftovers.js";

await expectNoLeftovers({
  warmUp: async () => {
    await using pool = new Pool(1);
    await pool.apply(() => {});
  },
});

const make: MakePool = (options) => new Pool(options);

for (const clause of poolContract)
  test(`a pool of processes ${clause.name}`, { timeout: 60_000 }, () => clause.run(make));

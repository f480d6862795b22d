import { overFrames } from "../crew/no-platform.js";
import { test } from "node:test";
import { Pool } from "manyhands/multiprocessing";
import { poolContract } from "../contracts/pool.js";
import { expectNoLeftovers } from "../support/leftovers.js";

await expectNoLeftovers({
  warmUp: async () => {
    await using pool = new Pool(1);
    await pool.apply(() => {});
  },
});

for (const clause of poolContract)
  test(`a pool, ${overFrames}: ${clause.name}`, { timeout: 60_000 }, () =>
    clause.run((options) => new Pool(options)),
  );

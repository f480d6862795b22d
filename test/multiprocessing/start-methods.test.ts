import { test } from "node:test";
import { getAllStartMethods, type StartMethod } from "manyhands/multiprocessing";
import { processContract } from "../contracts/process.js";
import { expectNoLeftovers } from "../support/leftovers.js";
import { warmUp } from "../workers/warm-up.js";

await expectNoLeftovers({ warmUp });

for (const method of ["spawn", "forkserver"] satisfies StartMethod[]) {
  const skip = getAllStartMethods().includes(method) ? false : `no ${method} on this machine`;
  for (const clause of processContract) {
    test(`${method}: ${clause.name}`, { skip, timeout: 60_000 }, () => clause.run(method));
  }
}

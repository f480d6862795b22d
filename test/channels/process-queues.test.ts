import * as multiprocessing from "manyhands/multiprocessing";
import { expectNoLeftovers } from "../support/leftovers.js";
import { inProcess } from "./party.js";
import { queueContract } from "./queue-contract.js";

await expectNoLeftovers({
  warmUp: () => new multiprocessing.Queue().get({ timeoutMs: 1 }).catch(() => {}),
});

queueContract("processes", multiprocessing, inProcess);

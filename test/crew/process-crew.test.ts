import { familyMember } from "#internal/core/family-arena.js";
import { expectNoLeftovers } from "../support/leftovers.js";
import { warmUp as startProcess } from "../workers/warm-up.js";
import { callsContract } from "./calls-contract.js";
import { carriedContract } from "./carried-contract.js";
import { deathsContract } from "./deaths-contract.js";
import { TestCrew } from "./job.js";
import { expectNoBlocks } from "./leftovers.js";

/** Makes what lives as long as the program: the fork server, this thread's doorbell. */
async function warmUp(): Promise<void> {
  await startProcess();
  await using crew = new TestCrew({ reach: "process", size: 1 });
  await crew.run(() => new Promise((resolve) => setTimeout(resolve, 20)));
}

await expectNoLeftovers({ warmUp });
expectNoBlocks(familyMember);
callsContract("process");
deathsContract("process");
carriedContract("process");

import { overFrames } from "./no-platform.js";
import { expectNoLeftovers } from "../support/leftovers.js";
import { callsContract } from "./calls-contract.js";
import { deathsContract } from "./deaths-contract.js";

await expectNoLeftovers();
callsContract("process", overFrames);
deathsContract("process", overFrames);

import { threadMember } from "#internal/core/thread-arena.js";
import { expectNoLeftovers } from "../support/leftovers.js";
import { callsContract } from "./calls-contract.js";
import { carriedContract } from "./carried-contract.js";
import { deathsContract } from "./deaths-contract.js";
import { expectNoBlocks } from "./leftovers.js";

await expectNoLeftovers();
expectNoBlocks(threadMember);
callsContract("thread");
deathsContract("thread");
carriedContract("thread");

import { threadPipe } from "#internal/channels/connections/pipe-connection.js";
import { expectNoLeftovers } from "../support/leftovers.js";
import { inThread } from "./party.js";
import { pipeContract } from "./pipe-contract.js";

await expectNoLeftovers();

pipeContract("threads", threadPipe, inThread);

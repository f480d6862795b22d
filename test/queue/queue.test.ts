import { inThread } from "../channels/party.js";
import { queueContract } from "../channels/queue-contract.js";
import { expectNoLeftovers } from "../support/leftovers.js";
import * as queue from "manyhands/queue";

await expectNoLeftovers();

queueContract("threads", queue, inThread);

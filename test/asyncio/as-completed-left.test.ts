import { asCompletedLeft } from "../contracts/as-completed-left.js";
import { expectNoLeftovers } from "../support/leftovers.js";

await expectNoLeftovers();

asCompletedLeft("manyhands/asyncio");

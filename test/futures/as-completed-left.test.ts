import { asCompletedLeft } from "../contracts/as-completed-left.js";
import { expectNoLeftovers } from "../support/leftovers.js";

await expectNoLeftovers();

const BLOCKING = {
  "a blocking loop that is left": "for (const _ of asCompletedSync([done, unfinished])) break;",
};

asCompletedLeft("manyhands/futures", BLOCKING, ["asCompletedSync"]);

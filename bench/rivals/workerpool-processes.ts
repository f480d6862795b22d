/** workerpool over processes. */
import { measuresOf } from "./pool-measures.js";
import { openWorkerpool } from "./workerpool.js";

export const { roundTrip, roundTripAfterIdle, idle, tinyTasks, firstResult, cores, queuedBytes } =
  measuresOf(openWorkerpool("process"));

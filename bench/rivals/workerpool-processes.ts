/** workerpool over processes. */
import { measuresOf, type Open } from "./pool-measures.js";
import { openWorkerpool } from "./workerpool.js";

export const open: Open = openWorkerpool("process");

export const {
  roundTrip,
  roundTripAfterIdle,
  roundTripAfterWork,
  idle,
  tinyTasks,
  firstResult,
  cores,
  queuedBytes,
} = measuresOf(open);

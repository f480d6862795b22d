/** poolifier over the processes of a cluster. */
import { measuresOf } from "./pool-measures.js";
import { openPoolifier } from "./poolifier.js";

export const {
  roundTrip,
  roundTripAfterIdle,
  idle,
  tinyTasks,
  mapItems,
  firstResult,
  cores,
  queuedBytes,
} = measuresOf(
  openPoolifier("FixedClusterPool", "../../../bench/rivals/poolifier-cluster-worker.cjs"),
);

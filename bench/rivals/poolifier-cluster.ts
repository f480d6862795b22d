/** poolifier over the processes of a cluster. */
import { measuresOf, type Open } from "./pool-measures.js";
import { openPoolifier } from "./poolifier.js";

export const open: Open = openPoolifier(
  "FixedClusterPool",
  "../../../bench/rivals/poolifier-cluster-worker.cjs",
);

export const measures = measuresOf(open);

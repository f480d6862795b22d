/** tinypool over processes. */
import { measuresOf } from "./pool-measures.js";
import { openTinypool } from "./tinypool.js";

export const { roundTrip, roundTripAfterIdle, idle, tinyTasks, firstResult, cores, queuedBytes } =
  measuresOf(openTinypool("child_process"));

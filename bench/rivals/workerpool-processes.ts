/** workerpool over processes. */
import { measuresOf, type Open } from "./pool-measures.js";
import { openWorkerpool } from "./workerpool.js";

export const open: Open = openWorkerpool("process");

export const measures = measuresOf(open);

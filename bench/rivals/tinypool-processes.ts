/** tinypool over processes. */
import { measuresOf, type Open } from "./pool-measures.js";
import { openTinypool } from "./tinypool.js";

export const open: Open = openTinypool("child_process");

export const measures = measuresOf(open);

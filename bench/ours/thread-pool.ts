/** What `ThreadPool` costs. */
import { ThreadPool } from "manyhands/multiprocessing";
import { measuresOf, type Open } from "../rivals/pool-measures.js";
import { openPool } from "./open-pool.js";

export const open: Open = (workers) => openPool(new ThreadPool(workers));

export const measures = measuresOf(open);

/** What `Pool` costs. */
import { Pool } from "manyhands/multiprocessing";
import { measuresOf, type Open } from "../rivals/pool-measures.js";
import { openPool } from "./open-pool.js";

export const open: Open = (workers) => openPool(new Pool(workers));

export const measures = measuresOf(open);

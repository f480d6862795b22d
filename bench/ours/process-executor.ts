/** What `ProcessPoolExecutor` costs. */
import { ProcessPoolExecutor } from "manyhands/futures";
import { measuresOf } from "../rivals/pool-measures.js";
import { openExecutor } from "./open-pool.js";

export const measures = measuresOf((maxWorkers) =>
  openExecutor(new ProcessPoolExecutor({ maxWorkers })),
);

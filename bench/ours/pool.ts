/** What `Pool` costs. */
import { Pool } from "manyhands/multiprocessing";
import { measuresOf } from "../rivals/pool-measures.js";
import { openPool } from "./open-pool.js";

export const {
  roundTrip,
  roundTripAfterIdle,
  idle,
  tinyTasks,
  mapItems,
  firstResult,
  large,
  cores,
  queuedBytes,
  queuedBytesOfMillion,
} = measuresOf((workers) => openPool(new Pool(workers)));

/** The stops of the tour, in teaching order. */
import { asyncio } from "./asyncio.ts";
import { channels } from "./channels.ts";
import { errors } from "./errors.ts";
import type { Stop } from "./guide.ts";
import { locks } from "./locks.ts";
import { managers } from "./managers.ts";
import { os } from "./os.ts";
import { pools } from "./pools.ts";
import { sched } from "./sched.ts";
import { subprocess } from "./subprocess.ts";
import { workers } from "./workers.ts";

export const stops: readonly Stop[] = [
  errors,
  locks,
  workers,
  channels,
  pools,
  managers,
  subprocess,
  sched,
  os,
  asyncio,
];

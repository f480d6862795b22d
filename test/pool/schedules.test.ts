import { Pool, ThreadPool } from "manyhands/multiprocessing";
import { expectNoLeftovers } from "../support/leftovers.js";
import { schedulesContract } from "./schedules-contract.js";

async function warmUp(): Promise<void> {
  await using pool = new Pool(1);
  await using threads = new ThreadPool(1);
  await Promise.all([pool.apply(() => 1), threads.apply(() => 1)]);
}

await expectNoLeftovers({ warmUp });
schedulesContract("threads", "thread");
schedulesContract("processes", "process");

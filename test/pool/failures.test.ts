import { Pool, ThreadPool } from "manyhands/multiprocessing";
import { expectNoLeftovers } from "../support/leftovers.js";
import { failuresContract } from "./failures-contract.js";

/** Makes what lives as long as the program: the fork server, the doorbells. */
async function warmUp(): Promise<void> {
  await using pool = new Pool(1);
  await using threads = new ThreadPool(1);
  await Promise.all([pool.apply(() => 1), threads.apply(() => 1)]);
}

await expectNoLeftovers({ warmUp });
failuresContract({ name: "threads", reach: "thread" });
failuresContract({ name: "processes", reach: "process" });

/** What first uses of pools leave for later ones, so that it does not count as left over. */
import { Pool, ThreadPool } from "manyhands/multiprocessing";

export async function warmUp(): Promise<void> {
  await using pool = new Pool(1);
  await pool.apply(() => {});
  await using threads = new ThreadPool(1);
  await threads.apply(() => {});
}

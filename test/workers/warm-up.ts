import { Process } from "manyhands/multiprocessing";
import { nothing } from "./targets.js";

/** Starts what lives as long as a program that starts processes: lifeline, fork server. */
export async function warmUp(): Promise<void> {
  const child = await new Process({ target: nothing }).start();
  await child.join();
}

/**
 * Makes the core believe that there is one processor, so that it does not spin before it sleeps:
 * how long it spins depends on the clock and on what it did before. To be imported before the core.
 */
import { syncBuiltinESMExports } from "node:module";
import os from "node:os";

os.availableParallelism = () => 1;
syncBuiltinESMExports();

/** What the core sees. */
export const processors: number = os.availableParallelism();

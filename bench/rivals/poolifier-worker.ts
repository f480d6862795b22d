/** The threads of poolifier. */
import { createRequire } from "node:module";
import { tasks } from "./pool-tasks.js";

interface Package {
  ThreadWorker: new (functions: object) => unknown;
}

// At once: what comes before a worker listens is lost.
const { ThreadWorker } = createRequire(import.meta.url)("poolifier") as Package;
new ThreadWorker(tasks);

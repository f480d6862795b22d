/** The workers of workerpool. */
import { createRequire } from "node:module";
import { tasks } from "./pool-tasks.js";

interface Package {
  worker(methods: object): void;
}

// At once: what comes before a worker listens is lost.
const library = createRequire(import.meta.url)("workerpool") as Package;
library.worker(tasks);

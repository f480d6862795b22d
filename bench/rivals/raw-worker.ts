/** `new Worker` and `postMessage`. */
import { isMainThread, parentPort, Worker } from "node:worker_threads";
import { measuresOf, type Open } from "./pool-measures.js";
import { answerTo, rawPool, type Request } from "./raw-pool.js";

export const open: Open = (workers) =>
  rawPool(
    Array.from({ length: workers }, () => {
      const worker = new Worker(new URL(import.meta.url));
      return {
        send: (request) => worker.postMessage(request),
        onAnswer: (take) => worker.on("message", take),
        end: () => worker.terminate(),
      };
    }),
  );

export const measures = measuresOf(open);

if (!isMainThread) {
  parentPort!.on("message", (request: Request) => parentPort!.postMessage(answerTo(request)));
}

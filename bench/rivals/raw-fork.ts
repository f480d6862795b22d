/** `child_process.fork` and `send`; JSON, its default, except where typed arrays have to cross. */
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { measuresOf, type Open } from "./pool-measures.js";
import { answerTo, rawPool, type Request } from "./raw-pool.js";

const SERVE = "serve";
const script = fileURLToPath(import.meta.url);

const openWith =
  (serialization: "json" | "advanced"): Open =>
  (workers) =>
    rawPool(
      Array.from({ length: workers }, () => {
        const child = fork(script, [SERVE], { execArgv: [], serialization });
        return {
          send: (request) => void child.send(request),
          onAnswer: (take) => child.on("message", take as (answer: unknown) => void),
          end: () => child.kill(),
        };
      }),
    );

export const measures = measuresOf(openWith("json"));

export const { large } = measuresOf(openWith("advanced"));

if (process.argv[2] === SERVE) {
  process.on("message", (request: Request) => process.send!(answerTo(request)));
}

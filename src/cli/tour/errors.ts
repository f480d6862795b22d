import { timeAllowed } from "../../core/deadline.ts";
import { ManyhandsError, QueueFull, TimeoutError, WorkerDiedError } from "../../errors.ts";
import type { Stop } from "./guide.ts";

export const errors: Stop = {
  title: "errors and times",
  text: `
One class for each thing that a caller can do differently, and a code that never changes. Kinds are
told by a mark on the class and not by its identity, so that \`instanceof\` also holds for an error
that came from another thread or process. Every call that waits takes { timeoutMs, signal }.`,
  async run(guide) {
    const full = new QueueFull("Queue is full (64 of 64); await put() or raise maxSize");
    guide.that("a full queue is a kind of time-out", full instanceof TimeoutError, full);
    guide.equal("and has a stable code", full.code, "MANYHANDS_QUEUE_FULL");
    guide.that("everything is a ManyhandsError", full instanceof ManyhandsError);
    const died = new WorkerDiedError("the worker is gone", { pid: 4711, exitCode: -9 });
    guide.equal("a dead worker tells how it died", died.exitCode, -9);
    guide.equal("no time given: wait for ever", timeAllowed({}), Infinity);
    await guide.fails("a negative time", () => timeAllowed({ timeoutMs: -1 }), RangeError);
  },
};

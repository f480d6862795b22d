/** The other side of party.ts: does what it is told, in a thread or a process of its own. */
import * as multiprocessing from "manyhands/multiprocessing";
import * as queue from "manyhands/queue";
import * as threading from "manyhands/threading";
import { isMainThread, parentPort, workerData } from "node:worker_threads";
import { type AtomicOperations, replaceAtomics } from "#internal/core/atomics.js";
import { atomics } from "#internal/core/atomics.js";
import { adoptFamily, familyMember } from "#internal/core/family-arena.js";
import type { MemberOf, SharedObject } from "#internal/sync/shared-object.js";
import { fromHandle } from "#internal/sync/handles.js";
import { threadMember } from "#internal/core/thread-arena.js";
import type { Answer, Request } from "./party.js";

function serve(classes: object, memberOf: MemberOf, answer: (answer: Answer) => void) {
  const known = classes as Record<string, new () => SharedObject>;
  const kept = new Set<SharedObject>();
  return async ({ id, source, things, dieAt }: Request): Promise<void> => {
    try {
      const objects = things.map(({ type, handle }) => {
        const object = fromHandle(known[type]!, memberOf, handle);
        kept.add(object);
        return object;
      });
      // A function that captures nothing is its text.
      // oxlint-disable-next-line no-eval
      const body = (0, eval)(`(${source})`) as (...things: SharedObject[]) => unknown;
      const dieFromHere = (): void => replaceAtomics(dyingAt(dieAt));
      if (dieAt > 0 && !source.includes("dieFromHere")) dieFromHere();
      Object.assign(globalThis, { dieFromHere });
      const value = await body(...objects);
      replaceAtomics();
      answer({ id, value });
    } catch (error) {
      replaceAtomics();
      const { name, message } = error as Error;
      answer({ id, error: { name, message } });
    }
  };
}

/** The operations, of which the one with this number is not done any more. */
function dyingAt(step: number): AtomicOperations {
  let steps = 0;
  const { load, store, add, and, or, exchange, compareExchange, wait, notify } = atomics;
  const die = (): void => {
    if (++steps === step) {
      if (isMainThread) process.kill(process.pid, "SIGKILL");
      else process.exit(1);
      for (;;);
    }
  };
  return {
    load: (words, index) => (die(), load(words, index)),
    store: (words, index, value) => (die(), store(words, index, value)),
    add: (words, index, value) => (die(), add(words, index, value)),
    and: (words, index, value) => (die(), and(words, index, value)),
    or: (words, index, value) => (die(), or(words, index, value)),
    exchange: (words, index, value) => (die(), exchange(words, index, value)),
    compareExchange: (words, index, expected, next) => (
      die(),
      compareExchange(words, index, expected, next)
    ),
    wait: (words, index, expected, ms) => (die(), wait(words, index, expected, ms)),
    notify: (words, index, count) => (die(), notify(words, index, count)),
  };
}

if (isMainThread && process.argv[2] === "party") {
  adoptFamily({ pid: Number(process.argv[3]), fd: Number(process.argv[4]) });
  const served = serve(multiprocessing, familyMember, (answer) => process.send!(answer));
  process.on("message", (request: Request) => void served(request));
} else if (workerData === "party") {
  threadMember();
  const served = serve({ ...queue, ...threading }, threadMember, (answer) =>
    parentPort!.postMessage(answer),
  );
  parentPort!.on("message", (request: Request) => void served(request));
}

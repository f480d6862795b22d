/** Workers without a pool: numbered messages, in turns to each. The least that one can write. */
import type { OpenPool } from "./pool-measures.js";
import { type TaskName, tasks } from "./pool-tasks.js";

export interface Request {
  readonly id: number;
  readonly name: TaskName;
  readonly argument: unknown;
}
interface Answer {
  readonly id: number;
  readonly value: unknown;
}
export interface RawWorker {
  send(request: Request): void;
  onAnswer(take: (answer: Answer) => void): void;
  end(): unknown;
}

export function rawPool(workers: readonly RawWorker[]): OpenPool {
  const waiting = new Map<number, (value: unknown) => void>();
  let ids = 0;
  for (const worker of workers) {
    worker.onAnswer(({ id, value }) => {
      waiting.get(id)!(value);
      waiting.delete(id);
    });
  }
  return {
    call: (name, argument) =>
      new Promise((resolve) => {
        const id = ids++;
        waiting.set(id, resolve);
        workers[id % workers.length]!.send({ id, name, argument });
      }),
    close: () => Promise.all(workers.map((worker) => worker.end())),
  };
}

/** In the worker. */
export const answerTo = ({ id, name, argument }: Request): Answer => ({
  id,
  value: (tasks[name] as (value: unknown) => unknown)(argument),
});

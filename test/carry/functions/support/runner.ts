/** Runs functions in a thread or a process, for tests of the carrier without the codec. */
import { fork } from "node:child_process";
import { Worker } from "node:worker_threads";
import { dump, type Payload } from "./graph.ts";

export type Kind = "thread" | "process";

interface Answer {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: string;
}

export interface Runner {
  call(fn: Function, ...args: unknown[]): Promise<unknown>;
  end(): Promise<void>;
}

const inherited = (): string[] =>
  process.execArgv.filter(
    (flag, index, flags) =>
      !/^--(?:inspect|test|input-type)|^-[ep]$/.test(flag) &&
      !/^-[ep]$/.test(flags[index - 1] ?? ""),
  );

export function start(kind: Kind, options: { importMain?: boolean } = {}): Runner {
  // The compiled one also for a program in TypeScript: the library itself is always JavaScript.
  const compiled = import.meta.url.replace(/([\\/])test([\\/]carry)/, "$1build$1test$2");
  const entry = new URL("./child.js", import.meta.url.endsWith(".ts") ? compiled : import.meta.url);
  const execArgv = inherited();
  const waiting = new Map<number, (answer: Answer) => void>();
  const receive = (answer: Answer): void => waiting.get(answer.id)?.(answer);
  let post: (message: { id: number; payload: Payload }) => void;
  let end: () => Promise<void>;
  if (kind === "thread") {
    const worker = new Worker(entry, { execArgv });
    worker.on("message", receive);
    worker.on("error", (error) => {
      throw error;
    });
    post = (message) => worker.postMessage(message, []);
    end = async () => void (await worker.terminate());
  } else {
    const child = fork(entry, { serialization: "advanced", execArgv });
    child.on("message", receive);
    post = (message) => void child.send(message);
    end = () =>
      new Promise((resolve) => {
        child.once("exit", () => resolve());
        child.disconnect();
      });
  }
  let lastId = 0;
  return {
    end,
    call(fn, ...args) {
      const payload = dump({ fn, args }, options);
      const id = ++lastId;
      return new Promise((resolve, reject) => {
        waiting.set(id, ({ value, error }) => {
          waiting.delete(id);
          if (error === undefined) resolve(value);
          else reject(new Error(error));
        });
        post({ id, payload });
      });
    },
  };
}

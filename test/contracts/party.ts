/**
 * Parties: other threads or processes that a test tells what to do with the primitives it shares
 * with them. What a party is to do is a function that captures nothing; it gets the primitives, in
 * its own thread, and its result comes back.
 */
import { type ChildProcess, fork } from "node:child_process";
import { Worker } from "node:worker_threads";
import { familyAddress } from "#internal/core/family-arena.js";
import { threadMember } from "#internal/core/thread-arena.js";
import type { Handle } from "#internal/core/blocks.js";
import { handleOf } from "#internal/sync/handles.js";
import type { SharedObject } from "#internal/sync/shared-object.js";

export type Reach = "thread" | "process";

/** What a party is asked. */
export interface Request {
  readonly id: number;
  readonly source: string;
  readonly things: readonly { readonly type: string; readonly handle: Handle }[];
  /**
   * The atomic operation before which the party dies; 0 for none. Counted from the start, or from
   * where the body calls `dieFromHere()`.
   */
  readonly dieAt: number;
}

declare global {
  /** Known to parties only. */
  var dieFromHere: () => void;
}

export interface Answer {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: { readonly name: string; readonly message: string };
}

/** What ended a party that was to do something. */
export class PartyDied extends Error {}

/** The failure of what a party did, under the name that the error had there. */
export class PartyError extends Error {
  constructor({ name, message }: { name: string; message: string }) {
    super(message);
    this.name = name;
  }
}

type Things<S extends readonly SharedObject[]> = { [K in keyof S]: S[K] };

const main = new URL("./party-main.js", import.meta.url);

export class Party {
  readonly reach: Reach;
  readonly exited: Promise<void>;
  readonly #child: ChildProcess | undefined;
  readonly #worker: Worker | undefined;
  readonly #asked = new Map<number, (answer: Answer) => void>();
  #last = 0;
  #gone = false;

  constructor(reach: Reach) {
    this.reach = reach;
    if (reach === "thread") {
      // Threads share the memory that exists when they start.
      threadMember();
      const worker = new Worker(main, { workerData: "party" });
      this.#worker = worker;
      worker.on("message", (answer: Answer) => this.#answered(answer));
      worker.on("error", () => {});
      this.exited = new Promise((resolve) => {
        worker.once("exit", () => resolve(this.#ended()));
      });
    } else {
      const { pid, fd } = familyAddress();
      const child = fork(main, ["party", String(pid), String(fd)], {
        serialization: "advanced",
        execArgv: [],
      });
      this.#child = child;
      child.on("message", (answer: Answer) => this.#answered(answer));
      this.exited = new Promise((resolve) => {
        child.once("exit", () => resolve(this.#ended()));
      });
    }
  }

  get pid(): number {
    return this.#child?.pid ?? process.pid;
  }

  /** Does `body` there. Rejects with PartyError when it throws, PartyDied when the party ends. */
  do<S extends readonly SharedObject[], R>(
    things: readonly [...S],
    body: (...things: Things<S>) => R,
    dieAt = 0,
  ): Promise<Awaited<R>> {
    if (this.#gone) return Promise.reject(new PartyDied("the party has ended"));
    const id = ++this.#last;
    const request: Request = {
      id,
      source: body.toString(),
      things: things.map((thing) => ({ type: thing.constructor.name, handle: handleOf(thing) })),
      dieAt,
    };
    return new Promise((resolve, reject) => {
      this.#asked.set(id, ({ value, error }) => {
        if (error === undefined) resolve(value as Awaited<R>);
        else if (error.name === "PartyDied") reject(new PartyDied(error.message));
        else reject(new PartyError(error));
      });
      this.#worker?.postMessage(request);
      this.#child?.send(request);
    });
  }

  #answered(answer: Answer): void {
    this.#asked.get(answer.id)?.(answer);
    this.#asked.delete(answer.id);
  }

  #ended(): void {
    this.#gone = true;
    for (const [id, answered] of this.#asked) {
      answered({ id, error: { name: "PartyDied", message: "the party ended" } });
    }
    this.#asked.clear();
  }

  /** Kills it without warning: SIGKILL, or a thread terminated. */
  async kill(): Promise<void> {
    this.#child?.kill("SIGKILL");
    await this.#worker?.terminate();
    await this.exited;
  }

  /** Lets it end well. */
  async end(): Promise<void> {
    if (!this.#gone) {
      await this.do([], () => void setImmediate(() => process.exit(0))).catch(() => {});
    }
    await this.exited;
  }
}

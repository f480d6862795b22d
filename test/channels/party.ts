/**
 * Parties: routines of `routines.ts` that run in another process, or in another thread, with queues
 * and connections as their arguments. Run as a program, this file is such a process or thread.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { isMainThread, Worker, workerData } from "node:worker_threads";
import { type FamilyAddress, adoptFamily, familyAddress } from "#internal/core/family-arena.js";
import { familyMember } from "#internal/core/family-arena.js";
import { threadMember } from "#internal/core/thread-arena.js";
import { adopt } from "#internal/sync/shared-object.js";
import * as processes from "manyhands/multiprocessing";
import * as threads from "manyhands/queue";
import * as routines from "./routines.js";

type Handle = { readonly block: number; readonly stamp: number };
type Name = keyof typeof routines;

export interface Party {
  /** Ends it in the middle of whatever it does. */
  kill(): Promise<void>;
  /** Waits for its end, and checks that it ended well. */
  ended(): Promise<void>;
}

export type StartParty = (routine: Name, ...args: unknown[]) => Party;

interface Order {
  readonly family: FamilyAddress;
  readonly mailbox: Handle;
}

const entry = fileURLToPath(import.meta.url);

const handleOf = (queue: object): Handle => (queue as { handle: Handle }).handle;

/** Runs a routine in another process. */
export function inProcess(routine: Name, ...args: unknown[]): Party {
  const mailbox = new processes.Queue<unknown[]>();
  mailbox.putSync([routine, ...args]);
  const order: Order = { family: familyAddress(), mailbox: handleOf(mailbox) };
  const child: ChildProcess = spawn(process.execPath, [entry, JSON.stringify(order)], {
    stdio: ["ignore", "inherit", "inherit"],
  });
  const exit = once(child, "exit");
  return {
    async kill() {
      child.kill("SIGKILL");
      await exit;
      // It may have died before it had its orders.
      mailbox.shutdown({ immediate: true });
    },
    async ended() {
      const [code, signal] = (await exit) as [number | null, string | null];
      if (code !== 0) throw new Error(`${routine} ended with ${signal ?? code}`);
      // It must not be collected before the other side has it.
      mailbox.close();
    },
  };
}

/** Runs a routine in another thread. */
export function inThread(routine: Name, ...args: unknown[]): Party {
  const mailbox = new threads.Queue<unknown[]>();
  mailbox.putSync([routine, ...args]);
  const worker = new Worker(entry, { workerData: { mailbox: handleOf(mailbox) } });
  const exit = once(worker, "exit");
  let failure: unknown;
  worker.on("error", (error) => (failure = error));
  return {
    async kill() {
      await worker.terminate();
      mailbox.shutdown({ immediate: true });
    },
    async ended() {
      await exit;
      if (failure !== undefined) throw failure;
      mailbox.close();
    },
  };
}

async function perform([routine, ...args]: readonly unknown[]): Promise<void> {
  const found = new Map(Object.entries(routines)).get(routine as Name)!;
  await (found as (...given: unknown[]) => unknown)(...args);
}

if (!isMainThread && workerData?.mailbox !== undefined) {
  const { mailbox } = workerData as Order;
  await perform(adopt(threads.Queue<unknown[]>, threadMember, mailbox).getSync());
} else if (process.argv[1] === entry) {
  const { family, mailbox } = JSON.parse(process.argv[2]!) as Order;
  adoptFamily(family);
  await perform(adopt(processes.Queue<unknown[]>, familyMember, mailbox).getSync());
}

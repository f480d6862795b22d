/** What a worker of a crew runs, in a thread or a process of its own. */
import { familyMember } from "../core/family-arena.ts";
import { threadMember } from "../core/thread-arena.ts";
import { loadingEnded } from "../platform/loading.ts";
import { tellCompiledNow } from "../workers/compiled-shelf.ts";
import { stayUntilTold } from "../workers/forking/after-fork.ts";
import { currentIdentity } from "../workers/identity.ts";
import { dieWithParent } from "../workers/lifeline.ts";
import type { Where } from "../workers/crossing/payload.ts";
import { type ArenaAddress, ArenaPort } from "./arena-port.ts";
import { FramePort } from "./frame-port.ts";
import { Server } from "./serve.ts";

/** What a worker is told. */
export interface WorkerOrder {
  readonly where: Where;
  /** Null where there is no shared memory. */
  readonly address: ArenaAddress | null;
}

/** Runs first in each worker. */
export interface Initializer {
  readonly fn: (...args: unknown[]) => unknown;
  readonly args: readonly unknown[];
}

/** The whole life of a worker. Never returns: the worker ends when it is told to. */
export async function work(order: WorkerOrder, initializer: Initializer | null): Promise<never> {
  const { where, address } = order;
  if (where === "process") {
    // Daemonic ones do so anyway.
    if (!currentIdentity().daemon) dieWithParent();
    stayUntilTold();
  }
  const memberOf = where === "thread" ? threadMember : familyMember;
  const port = address === null ? new FramePort() : new ArenaPort(memberOf, address);
  if (initializer !== null) await initializer.fn(...initializer.args);
  port.ready();
  await new Server(port, where).serve();
  tellCompiledNow();
  await loadingEnded();
  return process.exit();
}

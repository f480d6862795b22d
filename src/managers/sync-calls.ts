/**
 * Calls that block their thread: one at a time, over a link of their own. The answer to a wait
 * that ended without it is owed still; it is taken before the next call is made, or by the event
 * loop when that has its turn.
 */
import { Deadline } from "../core/deadline.ts";
import { inBackground } from "../core/flow.ts";
import type { Abortable, Tell } from "./awaited-call.ts";
import { GIVE_BACK, GRACE_MS } from "./late-wait.ts";
import { EMPTY, type Link } from "./link.ts";
import { type Reply, type Request, RETURNED, SYNC } from "./protocol.ts";

/** What to do with a wait whose answer is late. */
export interface LateAnswer {
  /** How long it has. */
  readonly withinMs: number;
  /** What the wait gives then; it may throw. */
  readonly late: () => unknown;
  /** Takes what came after that. */
  readonly giveBack: (value: unknown) => void;
}

/** What a call that blocks its thread does with a late answer; undefined when it waits for it. */
export function asLateAnswer({ facts, timeoutMs }: Abortable, tell: Tell): LateAnswer | undefined {
  if (facts?.late === undefined || timeoutMs === Infinity) return undefined;
  const { late, leave, givesBack } = facts;
  return {
    withinMs: timeoutMs + GRACE_MS,
    late: () => {
      if (leave !== undefined) tell(leave);
      return late();
    },
    giveBack: (value) => {
      if (givesBack === true) tell(GIVE_BACK, value);
    },
  };
}

export class SyncCalls {
  readonly link: Link;
  #owed: LateAnswer | undefined;
  #collecting: AbortController | undefined;

  constructor(link: Link) {
    this.link = link;
  }

  /** @param late undefined for a call that waits for its answer however long that takes */
  call(request: Request, late: LateAnswer | undefined): Reply {
    if (late === undefined && this.#owed === undefined) {
      this.link.postSync(request);
      return this.link.receiveSync() as Reply;
    }
    const deadline = new Deadline(late?.withinMs ?? Infinity);
    if (!this.#collect(deadline.remainingMs)) return [SYNC, RETURNED, late!.late()];
    this.link.postSync(request);
    const reply = this.#receive(deadline.remainingMs);
    if (reply !== undefined) return reply;
    this.#owed = late;
    void inBackground(() => this.#collectSoon());
    return [SYNC, RETURNED, late!.late()];
  }

  /** Takes the answer that is owed; false when it does not come in time. */
  #collect(timeoutMs: number): boolean {
    const owed = this.#owed;
    if (owed === undefined) return true;
    const reply = this.#receive(timeoutMs);
    if (reply === undefined) return false;
    this.#owed = undefined;
    this.#collecting?.abort();
    const [, status, value] = reply;
    if (status === RETURNED) owed.giveBack(value);
    return true;
  }

  #receive(timeoutMs: number): Reply | undefined {
    let reply = this.link.receiveSync(timeoutMs);
    // This thread itself may have been stopped while the answer came.
    if (reply === EMPTY) reply = this.link.receiveSync(0);
    return reply === EMPTY ? undefined : (reply as Reply);
  }

  async #collectSoon(): Promise<void> {
    const { signal } = (this.#collecting = new AbortController());
    try {
      // Nothing is taken before this thread is here again: it may have blocked for it meanwhile.
      do await this.link.whenReady(signal);
      while (!signal.aborted && !this.#collect(0));
    } catch {
      // It was taken, or the server is gone, which the next call will find.
    }
  }

  close(): void {
    this.#collecting?.abort();
    this.link.close();
  }
}

/**
 * Blocking until one of several things is ready, some of them in shared memory, also in two
 * memories, and some of them behind descriptors: sockets, the ends of processes.
 *
 * No system call sleeps on all of these. But whoever wakes a wait of an event loop rings that
 * thread's bell, and a bell can be a pipe: so the waits in memory are made as if by the event loop,
 * and the thread sleeps on its bells and the descriptors together.
 */
import type { PollRequest } from "../platform/process-platform.ts";
import type { Deadline } from "./deadline.ts";
import { LONGEST_SLEEP_MS, sleepUntilReady } from "./descriptor-io.ts";
import { type LoopWaits, loopWaits } from "./loop-waits.ts";
import type { Member } from "./member.ts";
import { settleIfDead } from "./settle.ts";
import type { Waitable } from "./waitable.ts";

export interface WaitInMemory {
  readonly member: Member;
  readonly waitable: Waitable;
}

/**
 * Blocks until `isReady` answers true, which is asked after each wake-up, or the time is over. The
 * waits must be such that may be looked at again: their `attempt` takes nothing.
 *
 * @param requests what to watch beside them, asked before each sleep
 */
export function waitBlockingForAll(
  inMemory: readonly WaitInMemory[],
  requests: () => PollRequest[],
  deadline: Deadline,
  isReady: () => boolean,
): boolean {
  const bells = Array.from(new Set(inMemory.map(({ member }) => member)), loopWaits);
  const takeBack = new Map<Waitable, () => void>();
  let ended: readonly WaitInMemory[] = inMemory;
  try {
    for (;;) {
      // What had its token and was not ready after all, since another was faster, waits again.
      const tokens: WaitInMemory[] = [];
      for (const one of ended) {
        const { member, waitable } = one;
        takeBack.set(
          waitable,
          loopWaits(member).enlist(waitable, () => tokens.push(one)),
        );
      }
      ended = tokens;
      if (isReady()) return true;
      if (deadline.passed) return false;
      if (tokens.length === 0) sleepOnAll(bells, requests(), deadline);
      for (const { member, waitable } of inMemory) {
        if (waitable.dependsOn !== undefined) settleIfDead(member, waitable.dependsOn());
      }
    }
  } finally {
    for (const back of takeBack.values()) back();
  }
}

function sleepOnAll(
  bells: readonly LoopWaits[],
  requests: PollRequest[],
  deadline: Deadline,
): void {
  const ms = Math.min(deadline.remainingMs, LONGEST_SLEEP_MS);
  // A bell must have its pipe before it may be rung.
  const rings = bells.flatMap(({ descriptor }) =>
    descriptor === null ? [] : [{ fd: descriptor }],
  );
  // All of them say that they sleep before any is looked at: a ring in between is in its pipe.
  const called = bells.map((bell) => bell.fallAsleep()).includes(true);
  if (!called) sleepUntilReady([...requests, ...rings], ms);
  for (const bell of bells) bell.wakeUp();
}

/** Blocking until there are results, from one crew or from several at once, by one sleep. */
import { waitBlockingForAll } from "../core/wait-all-kinds.ts";
import { waitBlockingForMany } from "../core/wait-many.ts";
import { Deadline } from "../core/deadline.ts";
import type { Engine } from "./engine.ts";

const SLICE_MS = 250;

/** Takes results in until `isDone`, or false when the time is over. */
export function waitForEngines(
  engines: readonly Engine[],
  isDone: () => boolean,
  deadline: Deadline,
): boolean {
  const before = engines.map(({ takings }) => takings.blocking);
  for (const { takings } of engines) takings.blocking = true;
  try {
    for (const { takings } of engines) takings.settleLoading();
    for (;;) {
      for (const engine of engines) engine.pump();
      if (isDone()) return true;
      if (deadline.passed) return false;
      for (const engine of engines) engine.beforeSleep();
      if (engines.length === 1) sleepFor(engines[0]!, deadline);
      else sleepForAny(engines, deadline);
    }
  } finally {
    engines.forEach(({ takings }, index) => (takings.blocking = before[index]!));
  }
}

function sleepFor(engine: Engine, deadline: Deadline): void {
  const ms = Math.min(SLICE_MS, engine.staff.msToNextKill);
  engine.attention.block(deadline, ms, () => engine.lookAtHosts());
}

/** Sleeps until there may be results of one of them, or news of its workers. */
function sleepForAny(engines: readonly Engine[], deadline: Deadline): void {
  const sliceMs = Math.min(SLICE_MS, ...engines.map(({ staff }) => staff.msToNextKill));
  const haveResults = (): boolean => engines.some(({ hasResults }) => hasResults);
  // To look at hosts takes in what they sent, so each is looked at, and results may be there then.
  const hear = (): boolean => engines.map((engine) => engine.lookAtHosts()).includes(true);
  const isReady = (): boolean => haveResults() || hear() || haveResults();
  const inMemory = engines.flatMap(({ attention }) => attention.inMemory ?? []);
  const first = inMemory[0]?.member;
  try {
    if (inMemory.length === engines.length && inMemory.every(({ member }) => member === first)) {
      const waitables = inMemory.map(({ waitable }) => waitable);
      waitBlockingForMany(first!, waitables, deadline, isReady, sliceMs);
      return;
    }
    const requests = () => engines.flatMap(({ attention }) => attention.pollRequests());
    const slice = new Deadline(Math.min(deadline.remainingMs, sliceMs));
    waitBlockingForAll(inMemory, requests, slice, isReady);
  } finally {
    for (const { attention } of engines) attention.woke();
  }
}

/** Streams of this thread with bytes that wait for room: a blocking call looks after them too. */
import { onCopy } from "../../platform/copies.ts";
import type { PollRequest } from "../../platform/process-platform.ts";

interface Unsent {
  readonly pollRequest: PollRequest;
  flushNow(): void;
  leaveUnsent(): void;
}

export const unsent: Set<Unsent> = new Set();

/** What a blocking call watches so that nothing that was sent before waits for the event loop. */
export const unsentRequests = (): PollRequest[] =>
  Array.from(unsent, ({ pollRequest: { fd } }) => ({ fd, read: false, write: true }));

/** Writes what there is room for now. */
export function flushUnsent(): void {
  for (const stream of unsent) stream.flushNow();
}

/** In a forked copy: the original writes it. */
onCopy(() => {
  for (const stream of unsent) stream.leaveUnsent();
});

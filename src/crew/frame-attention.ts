/**
 * Waiting for results over messages: they come by themselves through the event loop, and a thread
 * that blocks sleeps on the descriptors of its children.
 */
import type { Deadline } from "../core/deadline.ts";
import { sleepUntilReady } from "../core/descriptor-io.ts";
import type { PollRequest } from "../platform/process-platform.ts";
import type { Attention, Expectant } from "./attention.ts";

/** The children that the messages come from. */
export interface Senders {
  pollRequests(): PollRequest[];
  /** Whether the program lives on for what they send. */
  hold(why: "results", on: boolean): void;
}

export class FrameAttention implements Attention {
  readonly inMemory = null;
  readonly #crew: Expectant;
  readonly #senders: Senders;
  #turn: NodeJS.Immediate | undefined;

  constructor(crew: Expectant, senders: Senders) {
    this.#crew = crew;
    this.#senders = senders;
  }

  expect(): void {
    this.#turn ??= setImmediate(() => {
      this.#turn = undefined;
      this.#crew.pump();
      this.#senders.hold("results", this.#crew.pending > 0);
    });
  }

  noneToCome(): void {
    this.expect();
  }

  block(deadline: Deadline, sliceMs: number, isNews: () => boolean): void {
    sleepUntilReady(this.pollRequests(), Math.min(deadline.remainingMs, sliceMs));
    isNews();
  }

  pollRequests(): PollRequest[] {
    return this.#senders.pollRequests();
  }

  woke(): void {}

  end(): void {
    clearImmediate(this.#turn);
  }
}

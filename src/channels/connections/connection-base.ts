/** What sending and receiving have in common: one end, its state, and how waits end. */
import { type SyncWait, type Wait, timeAllowed } from "../../core/deadline.ts";
import { showByToString } from "../../core/shown.ts";
import {
  BrokenConnectionError,
  ClosedError,
  EndOfStreamError,
  StateError,
  TimeoutError,
} from "../../errors.ts";
import { type CheckedWait, checkedWait } from "./connection-arguments.ts";
import { LOST } from "../lanes/lane.ts";
import { NOTHING, TAKEN } from "../lanes/lane-reader.ts";
import { type Draft, Incoming, type MessageCodec } from "../messages/message.ts";
import { ADDED, SHUT } from "../lanes/queue-store.ts";
import type { Transport } from "./transport.ts";
import type { Awaitable } from "./wait.ts";

/** One end of a pipe or of a socket. */
export abstract class ConnectionBase {
  /** @internal */
  readonly transport: Transport;
  /** @internal */
  readonly messages: MessageCodec;
  #closed = false;
  /** A message was longer than the reader allowed. */
  protected overrun = false;

  /** @internal */
  constructor(transport: Transport, messages: MessageCodec) {
    this.transport = transport;
    this.messages = messages;
  }

  /** Whether it was closed here; that the other side closed comes as an EndOfStreamError. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Whether this end may receive; whether there is anything to, `poll` tells. */
  get readable(): boolean {
    return !this.#closed && !this.overrun && this.transport.readable;
  }

  /** Whether this end may send; not for one that only receives, nor after `close`. */
  get writable(): boolean {
    return !this.#closed && this.transport.writable;
  }

  protected async sent(draft: Draft, wait: CheckedWait): Promise<void> {
    const added = this.transport.add(draft, wait);
    if (added !== null) this.checkSent(await added, wait.timeoutMs);
  }

  protected checkSent(outcome: number, timeoutMs: number): void {
    if (outcome === ADDED) return;
    if (outcome === LOST) throw this.closedError();
    if (outcome === SHUT) {
      throw new BrokenConnectionError(
        `nobody has the other end of ${this.transport.name} any more`,
      );
    }
    throw new TimeoutError(
      `the other end of ${this.transport.name} read too little for ${timeoutMs} ms`,
    );
  }

  protected async received(wait: CheckedWait): Promise<Incoming> {
    this.mustRead();
    let incoming = this.messages.incoming();
    let outcome = this.transport.tryTake(incoming);
    if (outcome === NOTHING) {
      incoming = new Incoming();
      outcome = await this.transport.take(incoming, wait);
    }
    this.checkReceived(outcome, wait.timeoutMs);
    return incoming;
  }

  protected receivedSync(timeoutMs: number): Incoming {
    this.mustRead();
    const incoming = this.messages.incoming();
    this.checkReceived(this.transport.takeSync(incoming, timeoutMs), timeoutMs);
    return incoming;
  }

  protected checkReceived(outcome: number, timeoutMs: number): void {
    if (outcome === TAKEN) return;
    if (outcome === LOST) throw this.closedError();
    if (outcome === NOTHING) {
      throw new TimeoutError(`nothing came through ${this.transport.name} for ${timeoutMs} ms`);
    }
    throw new EndOfStreamError(`the other end of ${this.transport.name} was closed, all was read`);
  }

  /**
   * Whether there is something to receive, the end of the stream included. Without a time it
   * answers at once, as in Python; `timeoutMs: Infinity` waits for ever.
   */
  async poll(wait?: Wait): Promise<boolean> {
    const { signal } = checkedWait(wait);
    this.mustRead();
    const ready = await this.transport.ready({ timeoutMs: timeAllowed(wait, 0), signal });
    // Its own close ends a wait too.
    this.mustRead();
    return ready;
  }

  /** The same, blocking the thread where it waits. */
  pollSync(wait?: SyncWait): boolean {
    const timeoutMs = timeAllowed(wait, 0);
    this.mustRead();
    return this.transport.readySync({ timeoutMs });
  }

  /** @internal How `wait` waits for it. */
  get awaitable(): Awaitable {
    this.mustRead();
    const { transport } = this;
    return {
      get ready() {
        return transport.readySync({ timeoutMs: 0 });
      },
      wait: (wait) => transport.ready(wait ?? {}),
      waitSync: (wait) => transport.readySync(wait ?? {}),
      inMemory: transport.inMemory,
      pollRequests: () => (transport.pollRequest === undefined ? [] : [transport.pollRequest]),
    };
  }

  /** Closes this end for this thread; the other side notices when the last who has it closed it. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.transport.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  protected mustWrite(): void {
    if (this.#closed) throw this.closedError();
    if (!this.transport.writable) throw new StateError("this connection only receives");
  }

  protected mustRead(): void {
    if (this.#closed) throw this.closedError();
    if (!this.transport.readable) throw new StateError("this connection only sends");
    if (this.overrun) {
      throw new BrokenConnectionError(
        "a message was longer than allowed: nothing more can be read",
      );
    }
  }

  protected closedError(): ClosedError {
    return new ClosedError("this connection was closed");
  }

  toString(): string {
    const state = this.#closed ? "closed" : directionOf(this);
    return `${this.constructor.name} ${JSON.stringify(this.transport.name)} (${state})`;
  }
}
showByToString(ConnectionBase);

function directionOf({ readable, writable }: ConnectionBase): string {
  if (readable && writable) return "open";
  return readable ? "receives only" : "sends only";
}

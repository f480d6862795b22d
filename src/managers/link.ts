/**
 * One connection between a client and a server, and what is special about its messages: they may
 * hold proxies, which are counted while they are on their way, and what was thrown.
 */
import {
  createDecoder,
  createEncoder,
  type Decoder,
  type Destination,
  type Encoder,
  packThrown,
  unpackThrown,
} from "../carry/index.ts";
import type { Connection } from "../channels/connections/connection.ts";
import { LOST } from "../channels/lanes/lane.ts";
import { NOTHING, TAKEN } from "../channels/lanes/lane-reader.ts";
import { ADDED } from "../channels/lanes/queue-store.ts";
import type { LoopWait } from "../core/pending-wait.ts";
import { BrokenConnectionError, ClosedError, EndOfStreamError } from "../errors.ts";
import { Incoming } from "../channels/messages/message.ts";
import { receivingOver, sendingOver } from "./on-the-way.ts";
import type { Thrown } from "./protocol.ts";

/** Whose link it is, on the client's side. */
export interface LinkOwner {
  readonly serverId: string;
}

/** What `tryReceive` answers when nothing has come. */
export const EMPTY: unique symbol = Symbol("empty");

const NO_LIMIT = { timeoutMs: Infinity };
const QUIETLY = { ...NO_LIMIT, quiet: true };
const encoders = new Map<Destination, Encoder>();
const decoders = new Map<Destination, Decoder>();

export class Link {
  readonly connection: Connection;
  /** Where its messages go: another thread of the family, or another program. */
  readonly destination: Destination;
  /**
   * On the client's side: who asks the server over it, and says by `hold` when somebody waits for
   * an answer; nothing else that goes on here keeps a client alive.
   */
  owner: LinkOwner | undefined = undefined;
  /** How often each object's proxy was sent to its client, where that lets go by messages. */
  sent: Map<number, number> = new Map();

  constructor(connection: Connection, destination: Destination) {
    this.connection = connection;
    this.destination = destination;
  }

  get isShared(): boolean {
    return this.destination === "process";
  }

  /**
   * Sends a message; null when that was done at once.
   * @throws PicklingError, BrokenConnectionError, ClosedError; nothing is sent then
   */
  post(message: unknown): Promise<void> | null {
    const { transport, messages } = this.#open;
    const draft = sendingOver(this, () => messages.encode(message));
    const adding = noting(() => transport.add(draft, this.#patience));
    return adding === null ? null : adding.then((outcome) => this.#check(outcome));
  }

  /** The same, blocking the thread while the other side is far behind. */
  postSync(message: unknown): void {
    const { transport, messages } = this.#open;
    const draft = sendingOver(this, () => messages.encode(message));
    this.#check(noting(() => transport.addSync(draft, Infinity)));
  }

  #check(outcome: number): void {
    if (outcome === ADDED) return;
    if (outcome === LOST) throw new ClosedError("this connection to a manager was closed");
    throw new BrokenConnectionError(`nobody is at the other end of ${this.#name} any more`);
  }

  /** Whether there is something to receive, the end included; cheap, to be asked often. */
  get hasNews(): boolean {
    return this.connection.transport.hasNews;
  }

  /** A message that is there: the message, or a promise of it while modules are loaded for it. */
  tryReceive(): unknown {
    const { transport, messages } = this.connection;
    const incoming = messages.incoming();
    const outcome = transport.tryTake(incoming);
    return outcome === NOTHING ? EMPTY : this.#received(incoming, outcome);
  }

  /** @throws EndOfStreamError */
  async receive(): Promise<unknown> {
    const incoming = new Incoming();
    return this.#received(incoming, await this.connection.transport.take(incoming, this.#patience));
  }

  /** The same, blocking the thread; `EMPTY` when nothing came in time. */
  receiveSync(timeoutMs: number = Infinity): unknown {
    const { transport, messages } = this.connection;
    const incoming = messages.incoming();
    const outcome = transport.takeSync(incoming, timeoutMs);
    if (outcome === NOTHING) return EMPTY;
    if (outcome !== TAKEN) throw this.#ended();
    return receivingOver(this, () => messages.decode(incoming));
  }

  #received(incoming: Incoming, outcome: number): unknown {
    if (outcome !== TAKEN) throw this.#ended();
    return receivingOver(this, () => this.connection.messages.decodeSoon(incoming));
  }

  #ended(): EndOfStreamError {
    return new EndOfStreamError(`the other end of ${this.#name} is gone`);
  }

  /** Resolves when there is something to receive, the end included. */
  async whenReady(signal?: AbortSignal): Promise<void> {
    const wait = signal === undefined ? this.#patience : { ...this.#patience, signal };
    await this.connection.transport.ready(wait);
  }

  get #patience(): LoopWait {
    return this.owner === undefined ? NO_LIMIT : QUIETLY;
  }

  hold(on: boolean): void {
    this.connection.transport.hold(on);
  }

  close(): void {
    this.connection.close();
  }

  /** Checked before a message is coded, which would else be left over. */
  get #open(): Connection {
    if (this.connection.closed) throw new ClosedError("this connection to a manager was closed");
    return this.connection;
  }

  get #name(): string {
    return this.connection.transport.name;
  }
}

const notSent = new WeakSet<object>();

/** Notes that a message was refused as it is, while the link is as good as before. */
function noting<R>(add: () => R): R {
  try {
    return add();
  } catch (error) {
    notSent.add(error as object);
    throw error;
  }
}

/** Whether an error is about one message that was too long, and not about the link. */
export const isNotSent = (error: unknown): boolean => notSent.has(error as object);

/** Whether an error says that the link is of no use any more. */
export function endsLink(error: unknown): boolean {
  const { name } = error as Error;
  const isBroken = name === "BrokenConnectionError" || name === "ClosedError";
  return (isBroken || error instanceof EndOfStreamError) && !isNotSent(error);
}

/** Something thrown, as a part of a message over this link. */
export function pack(link: Link, thrown: unknown): Thrown {
  const { destination } = link;
  let encoder = encoders.get(destination);
  if (encoder === undefined) encoders.set(destination, (encoder = createEncoder({ destination })));
  return packThrown(thrown, encoder);
}

/** @param callSite where the call was made, for its stack */
export function unpack(link: Link, packed: Thrown, from: string, callSite?: Error): unknown {
  const { destination } = link;
  let decoder = decoders.get(destination);
  if (decoder === undefined) decoders.set(destination, (decoder = createDecoder({ destination })));
  return unpackThrown(packed, decoder, { from, callSite });
}

/** The handshake over one socket, in the event loop or while a thread blocks (`pump`). */
import { areOptions } from "../../core/options.ts";
import type { PollRequest } from "../../platform/process-platform.ts";
import { Connection } from "../connections/connection.ts";
import { Handshake, type Role } from "./handshake.ts";
import { SocketLink } from "./socket-link.ts";
import { SocketMessages } from "./socket-messages.ts";
import { SocketStream, type StreamEvents } from "./socket-stream.ts";
import { SocketTransport } from "./socket-transport.ts";
import type { Socket } from "node:net";

/** What both sides of a connection can say. */
export interface SocketOptions {
  /**
   * What the other side must have too. Without it nothing but plain data crosses, in both
   * directions: no functions, no classes. It is never sent.
   */
  authKey?: Uint8Array;
  /**
   * The longest message that this side takes: 256 MiB unless given, and without an authKey 64 MiB.
   * A longer one is refused before it is read.
   */
  maxMessageBytes?: number;
}

export interface SocketRules {
  readonly key: Uint8Array | undefined;
  readonly mostBytes: number;
}

const MOST_BYTES = 256 * 2 ** 20;
const MOST_BYTES_UNKNOWN = 64 * 2 ** 20;

/** @throws TypeError, RangeError */
export function checkedRules(options: SocketOptions): SocketRules {
  if (!areOptions(options)) {
    throw new TypeError("a Listener and a Client take options such as { authKey }");
  }
  const { authKey, maxMessageBytes } = options;
  if (authKey !== undefined && !(authKey instanceof Uint8Array)) {
    throw new TypeError("authKey must be bytes: a Uint8Array or a Buffer");
  }
  const mostBytes = maxMessageBytes ?? (authKey === undefined ? MOST_BYTES_UNKNOWN : MOST_BYTES);
  if (typeof mostBytes !== "number") throw new TypeError("maxMessageBytes must be a number");
  if (!(mostBytes >= 1))
    throw new RangeError(`maxMessageBytes must be 1 or more, not ${mostBytes}`);
  // A copy: the caller may wipe or change its own.
  return { key: authKey === undefined ? undefined : Uint8Array.from(authKey), mostBytes };
}

/** How a greeting ends: with a link, or with the reason why there is none. */
export interface GreetingEnd {
  onGreeted(greeting: Greeting, link: SocketLink): void;
  /** `reason` is undefined when the other side just left. */
  onFailed(greeting: Greeting, reason: Error | undefined): void;
}

export class Greeting implements StreamEvents {
  readonly #stream: SocketStream;
  readonly #handshake: Handshake;
  readonly #role: Role;
  readonly #rules: SocketRules;
  readonly #end: GreetingEnd;
  #over = false;

  constructor(socket: Socket, role: Role, rules: SocketRules, end: GreetingEnd) {
    this.#role = role;
    this.#rules = rules;
    this.#end = end;
    this.#handshake = new Handshake(role, rules.key, rules.mostBytes);
    this.#stream = new SocketStream(socket, this);
    this.#stream.write(this.#handshake.hello);
  }

  /** Whether a thread can block for it. */
  get blocks(): boolean {
    return this.#stream.blocks;
  }

  get pollRequest(): PollRequest {
    return this.#stream.pollRequest;
  }

  pump(): void {
    if (!this.#over) this.#stream.pump();
  }

  hold(on: boolean): void {
    this.#stream.hold(on);
  }

  /** Ends it without a result. */
  drop(): void {
    this.#over = true;
    this.#stream.destroy();
  }

  /** @internal */
  onBytes(chunk: Buffer): void {
    if (this.#over) return;
    try {
      const reply = this.#handshake.take(chunk);
      if (reply !== undefined) this.#stream.write(reply);
    } catch (error) {
      this.#refuse(error as Error);
      return;
    }
    if (!this.#handshake.done) return;
    this.#over = true;
    const { peerMostBytes, rest } = this.#handshake;
    const limits = { mostBytes: this.#rules.mostBytes, peerMostBytes };
    this.#end.onGreeted(this, new SocketLink(this.#stream, limits, rest));
  }

  #refuse(error: Error): void {
    this.#over = true;
    if (this.#role === "listener") this.#stream.write(this.#handshake.farewell);
    this.#stream.close();
    this.#end.onFailed(this, error);
  }

  /** @internal */
  onEnd(): void {
    if (this.#over) return;
    this.#over = true;
    this.#end.onFailed(this, undefined);
  }

  /** @internal */
  onDrain(): void {}
}

/** What a greeting gave. */
export interface Greeted {
  readonly link: SocketLink;
  /** Whether the other side proved to have our key: then code may cross. */
  readonly trusted: boolean;
  /** For messages. */
  readonly name: string;
}

/** The connection over a link. */
export function connectionOver({ link, trusted, name }: Greeted): Connection {
  const transport = new SocketTransport(name, link);
  const messages = SocketMessages.for(trusted ? "peer" : "foreign");
  const connection = new Connection(transport, messages);
  forgotten.register(connection, transport);
  return connection;
}

/** A connection that nobody has any more is closed, as its descriptor would stay open. */
const forgotten = new FinalizationRegistry<SocketTransport>((transport) => transport.close());

/**
 * Taking connections from other programs. Whoever connects is greeted in the event loop at once
 * (`reception.ts`); `accept` takes those who passed.
 */
import { Socket } from "node:net";
import { staysHere } from "../../carry/stays-here.ts";
import { Deadline, type SyncWait, type Wait, checkTime, timeAllowed } from "../../core/deadline.ts";
import { sleepUntilReady } from "../../core/descriptor-io.ts";
import { showByToString } from "../../core/shown.ts";
import { AuthenticationError, ClosedError, StateError, TimeoutError } from "../../errors.ts";
import { processPlatform } from "../../platform/process-platform.ts";
import { checkedWait } from "../connections/connection-arguments.ts";
import type { Connection } from "../connections/connection.ts";
import {
  type Greeted,
  type SocketOptions,
  type SocketRules,
  checkedRules,
  connectionOver,
} from "./greeting.ts";
import { KEEP_ALIVE_MS, LinkServer } from "./link-server.ts";
import { LoopTurns, NOT_YET } from "./loop-turns.ts";
import { Reception } from "./reception.ts";
import {
  type Address,
  type Family,
  anyAddress,
  checkFits,
  checkedAddress,
  checkedFamily,
  shownAddress,
} from "./socket-address.ts";
import { blockingUnsupported } from "./socket-transport.ts";

/** Where and how to listen. */
export interface ListenerOptions extends SocketOptions {
  /** `{ host, port }` (port 0 for any that is free) or a path; a new temporary path if left out. */
  address?: Address;
  /** Which kind of address to choose where none is given; else checked against it. */
  family?: Family;
  /** How many connections the kernel keeps until they are greeted. */
  backlog?: number;
  /** How long one who connects may take to prove that it has the key; 10 s unless given. */
  greetingTimeoutMs?: number;
}

const BACKLOG = 511;
const GREETING_MS = 10_000;

/**
 * Listens for connections of `Client`s, of this program or others.
 *
 * Those who connect are greeted side by side; without `authKey` everybody passes, and nothing but
 * plain data crosses. The socket of a path can be used by this user alone, and is removed at
 * `close`; one that a killed program left at that path is replaced. A listener keeps the program
 * alive only while somebody waits in `accept`.
 */
export class Listener implements AsyncIterable<Connection> {
  readonly #rules: SocketRules;
  readonly #server: LinkServer;
  readonly #bound: Promise<void>;
  readonly #accepting: LoopTurns;
  readonly #reception: Reception;
  #problem: Error | undefined;
  #closed = false;
  #lastAccepted: string | null = null;

  /**
   * @throws TypeError, RangeError, NotFoundError when the folder of a path does not exist; other
   * reasons, such as an address that is taken, come with `ready` and `accept`
   */
  constructor(options: ListenerOptions = {}) {
    this.#rules = checkedRules(options);
    const { address, backlog = BACKLOG, greetingTimeoutMs = GREETING_MS } = options;
    const family = checkedFamily(options.family);
    const asked = address === undefined ? anyAddress(family) : checkedAddress(address, 0);
    if (asked !== undefined) checkFits(asked, family);
    const patienceMs = checkTime(greetingTimeoutMs, "greetingTimeoutMs");
    const queue = checkedBacklog(backlog);
    this.#reception = new Reception(this.#rules, patienceMs, () => this.#accepting.serve());
    this.#server = new LinkServer(asked, queue, (socket) => this.#reception.admit(socket));
    // It keeps the program alive while somebody waits.
    this.#accepting = new LoopTurns(() => this.#server.hold(this.#accepting.size > 0));
    this.#bound = this.#server.start();
    // Told to those who ask, by `ready` or `accept`.
    this.#bound.catch((error: Error) => {
      this.#problem = error;
      this.#accepting.serve();
    });
  }

  /**
   * Resolves when it listens.
   * @throws (rejects) AlreadyExistsError when the address is taken, the system's error otherwise
   */
  get ready(): Promise<this> {
    return this.#bound.then(() => this);
  }

  /**
   * Where it listens: what `Client` takes.
   * @throws StateError for a port that is not chosen yet: await `ready` first
   */
  get address(): Address {
    const { place, listening } = this.#server;
    if (!listening && typeof place !== "string" && place.port === 0) {
      throw new StateError("the port is not chosen yet; await listener.ready first");
    }
    return typeof place === "string" ? place : { ...place };
  }

  /** Where the last connection that was accepted came from; null for one over a path. */
  get lastAccepted(): string | null {
    return this.#lastAccepted;
  }

  /** Whether `close` was called. */
  get closed(): boolean {
    return this.#closed;
  }

  /**
   * Takes the next connection of one who passed the greeting; waits for it.
   * @throws AuthenticationError for one who did not pass (the listener goes on), TimeoutError,
   * ClosedError, the signal's reason, and what `ready` rejects with
   */
  async accept(wait?: Wait): Promise<Connection> {
    return connectionOver(await this.acceptLink(wait));
  }

  /** @internal As `accept`, for those who take messages by calls (`socket-link.ts`). */
  async acceptLink(wait?: Wait): Promise<Greeted> {
    const { timeoutMs, signal } = checkedWait(wait);
    const greeted = await this.#accepting.wait<Greeted | undefined>(
      () => this.#next() ?? NOT_YET,
      undefined,
      signal === undefined ? { timeoutMs } : { timeoutMs, signal },
    );
    return greeted ?? this.#late(timeoutMs);
  }

  #late(timeoutMs: number): never {
    throw new TimeoutError(`nobody connected to ${this.#shown} for ${timeoutMs} ms`);
  }

  /** Takes the next connection if there is one. */
  tryAccept(): Connection | undefined {
    let greeted = this.#next();
    if (greeted === undefined && processPlatform() !== null) {
      this.#pump();
      greeted = this.#next();
    }
    return greeted && connectionOver(greeted);
  }

  /**
   * The same as `accept`, blocking the thread; those who connect are greeted meanwhile.
   * @throws StateError before it is `ready`, UnsupportedPlatformError without native calls
   */
  acceptSync(wait?: SyncWait): Connection {
    const timeoutMs = timeAllowed(wait);
    const deadline = new Deadline(timeoutMs);
    for (;;) {
      const connection = this.tryAccept();
      if (connection !== undefined) return connection;
      if (processPlatform() === null) throw blockingUnsupported();
      if (deadline.passed) this.#late(timeoutMs);
      const { pollRequests } = this.#reception;
      sleepUntilReady([{ fd: this.#listening }, ...pollRequests], deadline.remainingMs);
    }
  }

  get #listening(): number {
    if (this.#server.listening) return this.#server.descriptor;
    throw new StateError("it does not listen yet; await listener.ready before acceptSync");
  }

  /** Takes those who knock and goes on with their greetings, without the event loop. */
  #pump(): void {
    const listening = this.#listening;
    for (;;) {
      const fd = processPlatform()!.acceptNow(listening);
      if (fd < 0) break;
      const socket = new Socket({ fd, readable: true, writable: true, allowHalfOpen: true });
      if (typeof this.#server.place !== "string") {
        socket.setNoDelay(true).setKeepAlive(true, KEEP_ALIVE_MS);
      }
      this.#reception.admit(socket);
    }
    this.#reception.pump();
  }

  /** @throws the failure of one who did not pass, and what ended the listener */
  #next(): Greeted | undefined {
    if (this.#closed) throw new ClosedError(`the listener at ${this.#shown} was closed`);
    if (this.#problem !== undefined) throw this.#problem;
    const outcome = this.#reception.next();
    if (outcome === undefined) return undefined;
    if ("failure" in outcome) throw outcome.failure;
    this.#lastAccepted = outcome.from === "" ? null : outcome.from;
    const from = outcome.from === "" ? "" : `from ${outcome.from} `;
    const name = `connection ${from}at ${this.#shown}`;
    return { link: outcome.link, trusted: this.#rules.key !== undefined, name };
  }

  /** Stops listening; connections that were accepted stay. Those who wait get a ClosedError. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#server.close();
    this.#reception.close();
    this.#accepting.serve();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** Accepts connections until it is closed; one who does not pass is skipped. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Connection, void, undefined> {
    for (;;) {
      let connection: Connection;
      try {
        connection = await this.accept();
      } catch (error) {
        if (error instanceof ClosedError) return;
        if (error instanceof AuthenticationError) continue;
        throw error;
      }
      yield connection;
    }
  }

  get #shown(): string {
    return shownAddress(this.#server.place);
  }

  toString(): string {
    const running = this.#server.listening ? "listening" : "starting";
    const state = this.#closed ? "closed" : running;
    return `${this.constructor.name}(${this.#shown}, ${state})`;
  }

  static {
    showByToString(this);
  }
}

staysHere(
  "a Listener",
  Listener,
  "make one where connections are to be taken, or send its address",
);

function checkedBacklog(backlog: unknown): number {
  if (typeof backlog !== "number") throw new TypeError("backlog must be a number");
  if (Number.isInteger(backlog) && backlog >= 1) return backlog;
  throw new RangeError(`backlog must be a whole number, 1 or more, not ${backlog}`);
}

/** Connecting to a `Listener`. */
import { Socket } from "node:net";
import {
  Deadline,
  Fuse,
  type SyncWait,
  type Wait,
  signalOf,
  timeAllowed,
} from "../../core/deadline.ts";
import { sleepUntilReady } from "../../core/descriptor-io.ts";
import { napSync } from "../../core/nap.ts";
import {
  AuthenticationError,
  BrokenConnectionError,
  ManyhandsError,
  TimeoutError,
} from "../../errors.ts";
import { closeNative } from "../../platform/close-native.ts";
import { type ProcessPlatform, processPlatform } from "../../platform/process-platform.ts";
import { SystemCallError } from "../../platform/system-call-error.ts";
import type { Connection } from "../connections/connection.ts";
import {
  type Greeted,
  Greeting,
  type SocketOptions,
  type SocketRules,
  checkedRules,
  connectionOver,
} from "./greeting.ts";
import {
  type Address,
  type Family,
  type Place,
  checkFits,
  checkedAddress,
  checkedFamily,
  directPlace,
  shownAddress,
} from "./socket-address.ts";
import { KEEP_ALIVE_MS } from "./link-server.ts";
import type { SocketLink } from "./socket-link.ts";
import { blockingUnsupported } from "./socket-transport.ts";

/** How to connect. */
export interface ClientOptions extends SocketOptions, Wait {
  /** Checked against the address where given. */
  family?: Family;
}

/** The same for `ClientSync`. */
export interface ClientSyncOptions extends SocketOptions, SyncWait {
  /** Checked against the address where given. */
  family?: Family;
}

/** How long a listener may take to answer, unless the caller says. */
const PATIENCE_MS = 30_000;
/** Before one knocks again where too many others wait: the kernel tells nobody when they do not. */
const KNOCK_MS = 10;

interface Order {
  readonly place: Place;
  readonly rules: SocketRules;
  readonly timeoutMs: number;
}

function checkedOrder(address: Address, options: ClientSyncOptions): Order {
  const place = checkedAddress(address, 1);
  const rules = checkedRules(options);
  checkFits(place, checkedFamily(options.family));
  const timeoutMs = timeAllowed(options, PATIENCE_MS);
  return { place, rules, timeoutMs };
}

/**
 * Connects to a `Listener`, of this program or another one, and proves that both have the same key.
 *
 * Without `authKey` nothing but plain data crosses, in both directions. Nothing is encrypted.
 * @throws BrokenConnectionError when nobody listens there, AuthenticationError when the keys
 * differ or only one side has one, TimeoutError when there is no answer for `timeoutMs` (30 s
 * unless given), the signal's reason; TypeError and RangeError for what the arguments cannot be
 */
export async function Client(address: Address, options: ClientOptions = {}): Promise<Connection> {
  return connectionOver(await connectLink(address, options));
}

/** As `Client`, for those who take messages by calls (`socket-link.ts`). */
export async function connectLink(address: Address, options: ClientOptions): Promise<Greeted> {
  const order = checkedOrder(address, options);
  const signal = signalOf(options);
  signal?.throwIfAborted();
  return greeted(order, await new Attempt(order, signal).link);
}

const greeted = ({ place, rules }: Order, link: SocketLink): Greeted => ({
  name: `connection to ${shownAddress(place)}`,
  link,
  trusted: rules.key !== undefined,
});

/** One connection on its way, in the event loop. */
class Attempt {
  readonly link: Promise<SocketLink>;
  readonly #order: Order;
  readonly #fuse: Fuse;
  #socket: Socket | undefined;
  #greeting: Greeting | undefined;
  #retry: NodeJS.Timeout | undefined;
  #resolve!: (link: SocketLink) => void;
  #reject!: (reason: unknown) => void;

  constructor(order: Order, signal: AbortSignal | undefined) {
    this.#order = order;
    this.link = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    const late = (): void => this.#fail(noAnswer(order));
    this.#fuse = new Fuse(order.timeoutMs, signal, late, () => this.#fail(signal!.reason));
    this.#knock();
  }

  #knock(): void {
    const { place } = this.#order;
    const socket = (this.#socket = new Socket({ allowHalfOpen: true }));
    socket.on("error", (error: NodeJS.ErrnoException) => {
      if (this.#greeting !== undefined) return;
      if (error.code !== "EAGAIN") return this.#fail(unreachable(place, error));
      this.#retry = setTimeout(() => this.#knock(), KNOCK_MS);
    });
    socket.once("connect", () => this.#greet(socket));
    if (typeof place === "string") socket.connect(place);
    else
      socket.connect({
        ...place,
        noDelay: true,
        keepAlive: true,
        keepAliveInitialDelay: KEEP_ALIVE_MS,
      });
  }

  #greet(socket: Socket): void {
    this.#greeting = new Greeting(socket, "client", this.#order.rules, {
      onGreeted: (_greeting, link) => {
        this.#fuse.cut();
        link.hold(false);
        this.#resolve(link);
      },
      onFailed: (_greeting, reason) => this.#fail(reason ?? leftAtOnce(this.#order.place)),
    });
    this.#greeting.hold(true);
  }

  #fail(reason: unknown): void {
    this.#fuse.cut();
    clearTimeout(this.#retry);
    if (reason instanceof AuthenticationError) this.#socket = undefined;
    this.#greeting?.drop();
    this.#socket?.destroy();
    this.#reject(reason);
  }
}

/**
 * The same, blocking the thread. A host must be an IP address or `localhost`: asking for a name
 * needs the event loop.
 * @throws UnsupportedPlatformError where native calls are not available; else as `Client`
 */
export function ClientSync(address: Address, options: ClientSyncOptions = {}): Connection {
  return connectionOver(connectLinkSync(address, options));
}

/** As `ClientSync`, for those who take messages by calls. */
export function connectLinkSync(address: Address, options: ClientSyncOptions): Greeted {
  const order = checkedOrder(address, options);
  const direct = directPlace(order.place);
  if (direct === undefined) {
    throw new RangeError(
      `${shownAddress(order.place)} is a name, for which ClientSync cannot ask; ` +
        "give an IP address, or await Client()",
    );
  }
  const platform = processPlatform();
  if (platform === null) throw blockingUnsupported();
  const deadline = new Deadline(order.timeoutMs);
  const fd = connectBlocking(platform, { ...order, place: direct as Place }, deadline);
  const socket = new Socket({ fd, readable: true, writable: true, allowHalfOpen: true });
  if (typeof order.place !== "string") socket.setNoDelay(true).setKeepAlive(true, KEEP_ALIVE_MS);
  return greeted(order, greetBlocking(socket, order, deadline));
}

function connectBlocking(platform: ProcessPlatform, order: Order, deadline: Deadline): number {
  for (;;) {
    try {
      const fd = platform.connectSocket(order.place);
      awaitConnected(platform, fd, order, deadline);
      return fd;
    } catch (error) {
      if (error instanceof ManyhandsError) throw error;
      const { code } = error as SystemCallError;
      if (code !== "EAGAIN") throw unreachable(order.place, error as Error);
      if (deadline.passed) throw noAnswer(order);
      napSync(KNOCK_MS);
    }
  }
}

function awaitConnected(
  platform: ProcessPlatform,
  fd: number,
  order: Order,
  deadline: Deadline,
): void {
  try {
    const request = { fd, read: false, write: true };
    while (platform.poll([request], 0).length === 0) {
      if (deadline.passed) throw noAnswer(order);
      sleepUntilReady([request], deadline.remainingMs);
    }
    const errno = platform.connectionError(fd);
    if (errno !== 0) throw new SystemCallError("connect", errno);
  } catch (error) {
    closeNative(fd);
    throw error;
  }
}

function greetBlocking(socket: Socket, order: Order, deadline: Deadline): SocketLink {
  let link: SocketLink | undefined;
  let failure: Error | undefined;
  const greeting = new Greeting(socket, "client", order.rules, {
    onGreeted: (_greeting, made) => (link = made),
    onFailed: (_greeting, reason) => (failure = reason ?? leftAtOnce(order.place)),
  });
  for (;;) {
    greeting.pump();
    if (link !== undefined) return link;
    if (failure === undefined && deadline.passed) failure = noAnswer(order);
    if (failure !== undefined) {
      greeting.drop();
      throw failure;
    }
    sleepUntilReady([greeting.pollRequest], deadline.remainingMs);
  }
}

function unreachable(place: Place, cause: NodeJS.ErrnoException): BrokenConnectionError {
  const nobody = cause.code === "ECONNREFUSED" || cause.code === "ENOENT";
  const why = nobody ? "nobody listens at" : "cannot connect to";
  const detail = nobody ? "" : `: ${cause.message}`;
  return new BrokenConnectionError(`${why} ${shownAddress(place)}${detail}`, { cause });
}

const leftAtOnce = (place: Place): BrokenConnectionError =>
  new BrokenConnectionError(`whoever listens at ${shownAddress(place)} closed the connection`);

const noAnswer = ({ place, timeoutMs }: Order): TimeoutError =>
  new TimeoutError(`${shownAddress(place)} did not answer for ${timeoutMs} ms`);

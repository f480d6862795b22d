/** Connections as a pair of reader and writer, and the servers that accept them. */
import { connect, createServer, type Server as NetServer, type Socket } from "node:net";
import type { Wait } from "../core/deadline.ts";
import { checkIsOptions } from "../core/options.ts";
import { BrokenConnectionError, TimeoutError } from "../errors.ts";
import { showByToString } from "../core/shown.ts";
import { currentOwner, type Owner } from "./owner.ts";
import { takeCancellation } from "./scope.ts";
import { checkLimit, StreamReader } from "./stream-reader.ts";
import { StreamWriter } from "./stream-writer.ts";
import { Task } from "./task.ts";
import { limitsOf, Waiter, type Place } from "./waiter.ts";
import { partStaysHere } from "./stays-here.ts";

/** The two sides of a connection. */
export interface Streams {
  /** What the other side sends. */
  readonly reader: StreamReader;
  /** What is sent to the other side. */
  readonly writer: StreamWriter;
}

/** How much a reader may have to search. */
export interface StreamOptions {
  /** The longest line or part up to a separator, in bytes; 64 KiB when absent. */
  limit?: number;
}

/** What Node would take for something else, such as a host for a number of connections. */
function checkPlace(port: unknown, host: unknown): void {
  if (typeof port !== "number" && typeof port !== "string")
    throw new TypeError(`port must be a number, or the path of a local socket, not ${typeof port}`);
  if (typeof port === "string" && (host !== undefined || /^\d+$/.test(port))) {
    const path = `${JSON.stringify(port)} would be the path of a local socket`;
    throw new TypeError(`${path}; a port is a number, and comes first, before its host`);
  }
  if (port === "") throw new RangeError("port must be a number or a path, not an empty one");
  if (typeof port === "number" && !(Number.isInteger(port) && port >= 0 && port <= 65_535))
    throw new RangeError(`port must be a whole number from 0 to 65535, not ${port}`);
  if (host !== undefined && typeof host !== "string")
    throw new TypeError(`host must be a name or an address, not ${typeof host}`);
}

/**
 * Connects to a port of a host (this machine when absent), or to the path of a local socket.
 * @throws BrokenConnectionError when nobody listens, TimeoutError when the time is over
 */
export async function openConnection(
  port: number | string,
  host?: string,
  options: StreamOptions & Wait = {},
): Promise<Streams> {
  checkPlace(port, host);
  const limits = limitsOf(options);
  if (options.limit !== undefined) checkLimit(options.limit);
  limits.signal?.throwIfAborted();
  const refused = takeCancellation();
  if (refused !== undefined) throw refused;
  const target = typeof port === "string" ? { path: port } : { port, host: host ?? "localhost" };
  const socket = connect({ ...target, allowHalfOpen: true });
  const place: Place<void> = { leave: () => socket.destroy(), describe: () => `connect ${port}` };
  const waiter = new Waiter<void>(place);
  socket.once("connect", () => waiter.end());
  const onError = (error: Error): void =>
    waiter.fail(new BrokenConnectionError(error.message, { cause: error }));
  socket.once("error", onError);
  waiter.limit(limits, () => {
    waiter.fail(new TimeoutError(`no connection to ${port} within ${limits.timeoutMs} ms`));
  });
  await waiter.promise;
  socket.off("error", onError);
  return streamsOf(socket, options.limit, currentOwner());
}

/** A server; closing it leaves the connections that are open alone. */
export class Server implements Place<void> {
  readonly #server: NetServer;
  readonly #clients = new Set<Socket>();
  readonly #owner: Owner = currentOwner();
  #waiters: Waiter<void>[] = [];
  #ended = false;

  /** @internal */
  constructor(server: NetServer) {
    this.#server = server;
    this.#owner.handles.add(this);
    server.on("connection", (socket) => {
      this.#clients.add(socket);
      socket.once("close", () => {
        this.#clients.delete(socket);
        this.#wakeIfClosed();
      });
    });
  }

  /** Also where 0 was asked for; 0 after `close`, and on a local socket. */
  get port(): number {
    const address = this.#server.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  }

  /** Whether it accepts connections. */
  get isServing(): boolean {
    return this.#server.listening;
  }

  /** Accepts no more connections. May be repeated. */
  close(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#owner.handles.delete(this);
    this.#server.close(() => this.#wakeIfClosed());
  }

  /** Cuts the connections that are open. */
  closeClients(): void {
    for (const socket of this.#clients) socket.destroy();
  }

  /**
   * Waits until the server is closed and its last connection too.
   * @throws TimeoutError when the time is over
   */
  async waitClosed(wait: Wait = {}): Promise<void> {
    const limits = limitsOf(wait);
    limits.signal?.throwIfAborted();
    if (this.#isClosed) return;
    const waiter = new Waiter<void>(this);
    this.#waiters.push(waiter);
    waiter.limit(limits, () =>
      waiter.fail(new TimeoutError(`the server was not closed in ${limits.timeoutMs} ms`)),
    );
    return waiter.promise;
  }

  /** @internal The run that owns it ends. */
  cancel(): void {
    this.close();
    this.closeClients();
  }

  /** @internal */
  leave(waiter: Waiter<void>): void {
    this.#waiters = this.#waiters.filter((other) => other !== waiter);
  }

  /** @internal */
  describe(): string {
    return "Server.waitClosed()";
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cancel();
    await this.waitClosed();
  }

  toString(): string {
    const state = this.#ended ? "closed" : `on port ${this.port}`;
    return `<Server ${state}, ${this.#clients.size} connections>`;
  }

  get #isClosed(): boolean {
    return this.#ended && !this.#server.listening && this.#clients.size === 0;
  }

  #wakeIfClosed(): void {
    if (!this.#isClosed) return;
    for (const waiter of this.#waiters) waiter.grant();
    this.#waiters = [];
  }
}
showByToString(Server);
partStaysHere(Server, "Server");

/**
 * Listens on a port (0 for any that is free) or the path of a local socket, and runs `serve` as a
 * task for each connection. The writer is closed when `serve` ends.
 */
export async function startServer(
  serve: (streams: Streams) => unknown,
  port: number | string = 0,
  host?: string,
  options: StreamOptions = {},
): Promise<Server> {
  if (typeof serve !== "function") throw new TypeError("startServer takes a function to serve");
  checkPlace(port, host);
  checkIsOptions(options);
  if (options.limit !== undefined) checkLimit(options.limit);
  const owner = currentOwner();
  const listener = createServer({ allowHalfOpen: true });
  const server = new Server(listener);
  listener.on("connection", (socket) => {
    const streams = streamsOf(socket, options.limit, owner);
    void serveOne(serve, streams, owner);
  });
  const waiter = new Waiter<void>({ leave: () => server.close(), describe: () => "listen" });
  listener.once("listening", () => waiter.end());
  listener.once("error", (error) => {
    server.close();
    waiter.fail(error);
  });
  if (typeof port === "string") listener.listen(port);
  else listener.listen(port, host);
  await waiter.promise;
  return server;
}

function serveOne(
  serve: (streams: Streams) => unknown,
  streams: Streams,
  owner: Owner,
): Task<void> {
  const body = async (): Promise<void> => {
    try {
      await serve(streams);
    } finally {
      streams.writer.close();
    }
  };
  return new Task(body, { name: "connection" }, owner);
}

function streamsOf(socket: Socket, limit: number | undefined, owner: Owner): Streams {
  const reader = new StreamReader({ source: socket, ...(limit === undefined ? {} : { limit }) });
  const writer = new StreamWriter(socket);
  const handle = { cancel: () => void socket.destroy() };
  owner.handles.add(handle);
  socket.on("data", (data: Buffer) => reader.feedData(data));
  socket.on("end", () => reader.feedEof());
  socket.on("error", (error) => {
    reader.setException(new BrokenConnectionError("the connection is lost", { cause: error }));
  });
  socket.on("close", () => {
    owner.handles.delete(handle);
    reader.feedEof();
  });
  return { reader, writer };
}

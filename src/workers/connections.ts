/**
 * Sockets and servers as arguments: the descriptor crosses, and the other side makes a new object
 * around it.
 *
 * A socket moves: once the child has it, the parent's is destroyed (the connection stays open), and
 * bytes that the parent had already read go along. A server is shared: both accept.
 */
import { createServer, Server, Socket } from "node:net";
import { PicklingError } from "../errors.ts";

interface WithDescriptor {
  _handle?: { fd?: number; reading?: boolean; readStop?(): void } | null;
}

/** Stands for a connection in coded values. */
export interface ConnectionMark {
  readonly kind: "socket" | "server" | "transferred";
  /** Which of the descriptors, or of the transferred objects, that come along. */
  readonly index: number;
  readonly unread?: Uint8Array;
}

/** Leaves the bytes that arrive to somebody else; whoever reads this socket later starts anew. */
export function stopReading(socket: Socket): void {
  const handle = (socket as unknown as WithDescriptor)._handle;
  if (typeof handle?.readStop !== "function") return;
  handle.reading = false;
  handle.readStop();
}

/** What came beside the bytes. */
export interface Arrivals {
  readonly descriptors: readonly number[];
  readonly transferred: readonly unknown[];
}

/** Undoes that: the stream believes that it is still reading, so it would not begin by itself. */
export function startReading(socket: Socket): void {
  socket._read(0);
}

/** Gathers what crosses beside the bytes. */
export class Departure {
  readonly descriptors: number[] = [];
  readonly sockets: Socket[] = [];
  /** Objects that a thread gets instead of copies. */
  readonly transfer: readonly unknown[];

  constructor(transfer: readonly unknown[] = []) {
    this.transfer = transfer;
  }

  /** For a forked copy, which has the objects themselves. */
  static of(connections: Iterable<Socket | Server>): Departure {
    const departure = new Departure();
    for (const connection of connections) {
      if (!(connection instanceof Socket)) continue;
      stopReading(connection);
      departure.sockets.push(connection);
    }
    return departure;
  }

  /** @throws PicklingError for one that is closed, or has no descriptor (TLS, for example) */
  mark(connection: Socket | Server): ConnectionMark {
    const handle = (connection as unknown as WithDescriptor)._handle;
    if (handle?.fd === undefined || handle.fd < 0) {
      const what = connection.constructor.name;
      throw new PicklingError(`Cannot send a ${what} that is not open or has no descriptor`, what);
    }
    const index = this.descriptors.push(handle.fd) - 1;
    if (connection instanceof Server) return { kind: "server", index };
    stopReading(connection);
    this.sockets.push(connection);
    const unread = connection.read() as Uint8Array | null;
    return unread === null ? { kind: "socket", index } : { kind: "socket", index, unread };
  }

  /** The child has them: ours go, without ending the connections. */
  complete(): void {
    for (const socket of this.sockets) socket.destroy();
  }
}

/** The object for a mark, on the other side. */
export function arrive(mark: ConnectionMark, { descriptors, transferred }: Arrivals): unknown {
  if (mark.kind === "transferred") return transferred[mark.index];
  const fd = descriptors[mark.index]!;
  if (mark.kind === "server") return createServer().listen({ fd });
  const socket = new Socket({ fd, readable: true, writable: true });
  if (mark.unread !== undefined) socket.unshift(mark.unread);
  return socket;
}

export function isConnection(value: unknown): value is Socket | Server {
  return value instanceof Socket || value instanceof Server;
}

/** The sockets and servers among some values: what a forked copy goes on using. */
export function connectionsIn(values: readonly unknown[]): Set<Socket | Server> {
  const found = new Set<Socket | Server>();
  const seen = new Set<unknown>();
  const walk = (value: unknown, depth: number): void => {
    if (typeof value !== "object" || value === null || seen.has(value) || depth > 8) return;
    seen.add(value);
    if (isConnection(value)) found.add(value);
    else for (const inner of Object.values(value)) walk(inner, depth + 1);
  };
  for (const value of values) walk(value, 0);
  return found;
}

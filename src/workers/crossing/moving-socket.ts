/**
 * A socket on its way to a child.
 *
 * Nothing of the connection may be read here once the child's share is settled: a byte read later
 * would be in neither process. Not starting a read is not enough, as the stream starts them itself,
 * in every `read()` and on ticks that were planned before. So the handle stops and says that it is
 * reading, which is what each of those asks before it starts it.
 *
 * What was read before stays in the stream's buffer and goes along as a copy. The original gives
 * none of it to its listeners, and does not come to its end either, which would end the connection
 * for the child too. When there is to be no child, the socket goes on as if nothing had been.
 */
import type { Server, Socket } from "node:net";
import type { StringDecoder } from "node:string_decoder";

interface Handle {
  readonly fd?: number;
  reading?: boolean;
  readStop?(): void;
  close?(): void;
}

interface Insides {
  readonly _handle?: Handle | null;
  readonly _readableState: {
    /** A linked list up to Node 20, then an array, with null for what was read. */
    readonly buffer: Iterable<Uint8Array | string | null>;
    readonly decoder: (StringDecoder & Pending) | null;
  };
}

/** The bytes of a character that is not complete yet. */
interface Pending {
  readonly lastChar: Uint8Array;
  readonly lastNeed: number;
  readonly lastTotal: number;
}

/** What a held socket goes back to: whether its handle was reading. */
const held = new WeakMap<Socket, boolean>();
const silent = (): null => null;

/** Negative for what is closed, or has none of its own, as TLS sockets. */
export function descriptorOf(connection: Socket | Server): number {
  return handleOf(connection)?.fd ?? -1;
}

/** Leaves the bytes that arrive to somebody else; whoever reads this socket later starts anew. */
export function stopReading(socket: Socket): void {
  const handle = handleOf(socket);
  if (typeof handle?.readStop !== "function") return;
  handle.reading = false;
  handle.readStop();
}

/** Lets go of the descriptor and tells nobody who listens to the socket. */
export function closeHandle(socket: Socket): void {
  handleOf(socket)?.close?.();
}

/** Undoes that: the stream believes that it is still reading, so it would not begin by itself. */
export function startReading(socket: Socket): void {
  const handle = handleOf(socket);
  if (handle) handle.reading = false;
  socket._read(0);
}

/** Leaves the bytes that arrive to a copy that fork makes soon, whoever reads here until then. */
export function keepFromReading(socket: Socket): void {
  const handle = handleOf(socket);
  if (!handle) return;
  if (!held.has(socket)) held.set(socket, handle.reading === true);
  stopReading(socket);
  handle.reading = true;
}

/**
 * Holds a socket that leaves this process.
 * @returns what it has read and nobody has taken; to be called once for each connection that moves
 */
export function holdSocket(socket: Socket): Buffer {
  // A second child is not given the bytes again.
  if (socket.read === silent) return Buffer.alloc(0);
  keepFromReading(socket);
  socket.read = silent;
  return unreadOf(socket);
}

/** Has a socket go on that stays after all. To be called in the tick that began to hold it. */
export function releaseSocket(socket: Socket): void {
  const wasReading = held.get(socket);
  if (wasReading === undefined) return;
  held.delete(socket);
  if (socket.read === silent) delete (socket as Partial<Socket>).read;
  const handle = handleOf(socket);
  if (handle) handle.reading = false;
  if (wasReading) startReading(socket);
}

function unreadOf(socket: Socket): Buffer {
  const { buffer, decoder } = (socket as unknown as Insides)._readableState;
  const encoding = socket.readableEncoding ?? "utf8";
  const chunks: Uint8Array[] = [];
  for (const chunk of buffer) {
    if (typeof chunk === "string") chunks.push(Buffer.from(chunk, encoding));
    else if (chunk !== null) chunks.push(chunk);
  }
  if (decoder !== null) {
    const { lastChar, lastNeed, lastTotal } = decoder;
    chunks.push(lastChar.subarray(0, lastTotal - lastNeed));
  }
  return Buffer.concat(chunks);
}

function handleOf(socket: Socket | Server): Handle | null | undefined {
  return (socket as unknown as Insides)._handle;
}

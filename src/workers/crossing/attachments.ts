/**
 * What goes beside the bytes of a job.
 *
 * To a process: sockets and servers, by descriptor; the other side makes a new object around it. A
 * socket moves: once the child has it, the parent's is destroyed (the connection stays open), and
 * what the parent had read already goes along. A server is shared: both accept. To a thread:
 * SharedArrayBuffers, ports, and whatever the user wants moved instead of copied.
 */
import { createServer, Server, Socket } from "node:net";
import { MessagePort, type Transferable } from "node:worker_threads";
import { handleTypeName } from "../../carry/handles.ts";
import {
  descriptorOf,
  holdSocket,
  keepFromReading,
  releaseSocket,
  startReading,
  stopReading,
} from "./moving-socket.ts";
import type { Where } from "./payload.ts";

/** One attached thing, as the child is told. */
export type Attachment =
  | { readonly kind: "socket"; readonly unread: string; readonly allowHalfOpen: boolean }
  | { readonly kind: "server" }
  | { readonly kind: "object" };

/** What came beside the bytes. */
export interface Arrivals {
  readonly attachments: readonly Attachment[];
  /** One for each socket and server, in their order. */
  readonly descriptors: readonly number[];
  /** One for each object, in their order. */
  readonly transferred: readonly unknown[];
}

/** Sockets that do not read yet. */
const arrived: Socket[] = [];

const MARK = "manyhands.transferred";

/** Gathers what goes beside the bytes of one job. */
export class Departure {
  readonly attachments: Attachment[] = [];
  readonly descriptors: number[] = [];
  /** Objects for a thread, in the order of their attachments; those to be moved come first. */
  readonly objects: object[];
  readonly #where: Where;
  readonly #moved: number;
  readonly #sockets: Socket[] = [];
  readonly #known = new Map<object, number>();
  #unclaimed: (() => void) | undefined;

  constructor(where: Where, transfer: readonly object[] = []) {
    this.#where = where;
    this.objects = [...transfer];
    this.#moved = transfer.length;
  }

  /** For a forked copy, which has the objects themselves. */
  static of(connections: Iterable<Socket | Server>): Departure {
    const departure = new Departure("process");
    for (const connection of connections) {
      if (!(connection instanceof Socket)) continue;
      keepFromReading(connection);
      departure.#sockets.push(connection);
    }
    return departure;
  }

  /** The number to send instead of an object; undefined when it cannot go. */
  put(object: object): number | undefined {
    let id = this.#known.get(object);
    if (id === undefined) {
      id = this.#where === "thread" ? this.#putObject(object) : this.#putConnection(object);
      if (id !== undefined) this.#known.set(object, id);
    }
    return id;
  }

  /** What `postMessage` is to move. */
  get transferList(): Transferable[] {
    const ports = this.objects.slice(this.#moved).filter((it) => it instanceof MessagePort);
    return [...this.objects.slice(0, this.#moved), ...ports] as Transferable[];
  }

  /** The values with marks in place of the objects to be moved. */
  withMarks(value: unknown): unknown {
    const at = this.objects.indexOf(value as object);
    if (at >= 0 && at < this.#moved) return { [MARK]: at };
    return mapPlain(value, (item) => this.withMarks(item));
  }

  /** Undoes `withMarks` on the other side. */
  static withoutMarks(value: unknown, arrivals: Arrivals): unknown {
    if (isPlain(value) && MARK in value) return arrivals.transferred[value[MARK] as number];
    return mapPlain(value, (item) => Departure.withoutMarks(item, arrivals));
  }

  /** Whether shared objects go along, which the child takes over. */
  get hasLuggage(): boolean {
    return this.#unclaimed !== undefined;
  }

  /** What is to be done when the child ended; it may have ended before it took anything over. */
  onUnclaimed(callback: () => void): void {
    this.#unclaimed = callback;
  }

  childEnded(): void {
    this.#unclaimed?.();
    this.#unclaimed = undefined;
  }

  /** The child has them: ours go, without ending the connections. */
  complete(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** There is no child after all: the connections stay here, and nobody claims the rest. */
  abandon(): void {
    this.childEnded();
    for (const socket of this.#sockets) releaseSocket(socket);
  }

  #putObject(object: object): number | undefined {
    if (!(object instanceof SharedArrayBuffer || object instanceof MessagePort)) return undefined;
    this.objects.push(object);
    return this.attachments.push({ kind: "object" }) - 1;
  }

  #putConnection(object: object): number | undefined {
    if (!(object instanceof Socket || object instanceof Server)) return undefined;
    const descriptor = descriptorOf(object);
    if (descriptor < 0) return undefined;
    this.descriptors.push(descriptor);
    if (object instanceof Server) return this.attachments.push({ kind: "server" }) - 1;
    const unread = holdSocket(object).toString("base64");
    this.#sockets.push(object);
    const { allowHalfOpen } = object;
    return this.attachments.push({ kind: "socket", unread, allowHalfOpen }) - 1;
  }
}

/**
 * The object for an attachment's number, on the other side. A socket does not read before
 * `startArrived`: what came before anybody could listen, its end above all, would be missed.
 */
export function arrive(id: number, { attachments, descriptors, transferred }: Arrivals): object {
  const attachment = attachments[id]!;
  const before = attachments.slice(0, id).filter(({ kind }) => kind === "object").length;
  if (attachment.kind === "object") {
    const objects = attachments.filter(({ kind }) => kind === "object").length;
    return transferred[transferred.length - objects + before] as object;
  }
  const fd = descriptors[id - before]!;
  if (attachment.kind === "server") return createServer().listen({ fd });
  const { unread, allowHalfOpen } = attachment;
  const socket = new Socket({ fd, readable: true, writable: true, allowHalfOpen });
  stopReading(socket);
  if (unread !== "") socket.unshift(Buffer.from(unread, "base64"));
  arrived.push(socket);
  return socket;
}

/** To be called right before the code that was sent the sockets. */
export function startArrived(): void {
  for (const socket of arrived.splice(0)) startReading(socket);
}

/** The sockets and servers in lists and plain objects: what a forked copy goes on using. */
export function connectionsIn(values: readonly unknown[]): Set<Socket | Server> {
  const found = new Set<Socket | Server>();
  const seen = new Set<unknown>();
  const walk = (value: unknown, depth: number): void => {
    if (typeof value !== "object" || value === null || seen.has(value) || depth > 8) return;
    // Data, and what crosses as a number, have no connections in them.
    if (ArrayBuffer.isView(value) || handleTypeName(value) !== undefined) return;
    seen.add(value);
    if (value instanceof Socket || value instanceof Server) found.add(value);
    else if (Array.isArray(value) || isPlain(value)) {
      for (const inner of Object.values(value)) walk(inner, depth + 1);
    }
  };
  for (const value of values) walk(value, 0);
  return found;
}

function mapPlain(value: unknown, map: (item: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map(map);
  if (!isPlain(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, map(item)]));
}

function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

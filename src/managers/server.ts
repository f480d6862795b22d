/**
 * A manager's server: carries out the calls that clients make of its objects.
 *
 * It knows nothing of where its links come from. All calls run in one thread; one that waits does
 * so in the event loop, so no client holds up another.
 */
import { randomBytes } from "node:crypto";
import { resultRefused } from "../carry/index.ts";
import type { Ledger } from "../channels/lanes/reference.ts";
import { MaybeEncodingError, PicklingError } from "../errors.ts";
import { Call, during } from "./call.ts";
import { Client } from "./client.ts";
import { Export, serve as announce, stopServing } from "./crossing.ts";
import { invoke } from "./invoke.ts";
import { inTime } from "./late-wait.ts";
import { pack } from "./link.ts";
import { type Entry, ObjectTable } from "./object-table.ts";
import * as protocol from "./protocol.ts";
import { isClass, make, type Registry, type TypeEntry, typeOfResult } from "./registry.ts";
import type { Answering, ServedLink } from "./served-link.ts";
import { syncTypeOf } from "./types/all.ts";
import { asManaged } from "./types/as-managed.ts";
import { isIterator, iteratorType, ManagedIterator } from "./types/iterator.ts";

export class Server implements Answering {
  /** Tells it from every other server. */
  readonly id: string = randomBytes(9).toString("base64url");
  readonly objects: ObjectTable;
  readonly #registry: Registry;
  readonly #clients = new Map<string, Client>();
  readonly #onShutdown: () => void;
  /** Calls under way. */
  #pending = 0;

  constructor(registry: Registry, ledger: Ledger | null, onShutdown: () => void) {
    this.#registry = registry;
    this.#onShutdown = onShutdown;
    this.objects = new ObjectTable(ledger);
    announce(this);
  }

  get hasPendingCalls(): boolean {
    return this.#pending > 0;
  }

  answer(link: ServedLink, message: unknown): void {
    const request = message as protocol.Request;
    const { client } = link;
    if (client === undefined) return this.#greet(link, request);
    const [number, , , how] = request;
    if (number !== protocol.SYNC) {
      this.#carryOut(link, client, request);
      if (number > 0) client.came(number);
      return;
    }
    // A call that blocks its thread comes after all that the thread asked for before.
    const after = typeof how === "number" ? 0 : how.after;
    if (link.link.isShared) {
      for (const other of client.links) if (other !== link) other.drain();
    } else if (client.postpone(after, () => this.#carryOut(link, client, request))) return;
    this.#carryOut(link, client, request);
  }

  #carryOut(link: ServedLink, client: Client, request: protocol.Request): void {
    const [number, object, method, how] = request;
    const args = inTime(protocol.argumentsOf(request), how);
    if (args === undefined) return link.reply([number, protocol.LATE]);
    const flow = typeof how === "number" ? how : how.flow;
    const call = new Call(client, flow, number === protocol.SYNC);
    try {
      const entry = object === protocol.SERVER ? undefined : this.#entry(object);
      const isAbortable = typeof how !== "number" && how.abortable;
      const given = isAbortable ? withSignal(args, call.signal) : args;
      const result = during(call, () =>
        entry === undefined ? this.#ask(link, method, args) : invoke(entry, method, given),
      );
      if (this.#isAwaited(entry, method, result)) {
        void this.#answerLater(link, number, call, entry, method, result);
      } else this.#return(link, number, entry, method, result);
    } catch (error) {
      this.#throw(link, number, error);
    }
  }

  /** The first message of a link says whose it is; a link that begins otherwise is not served. */
  #greet(link: ServedLink, request: protocol.Request): void {
    if (!Array.isArray(request) || request[2] !== protocol.HELLO) return link.end();
    const [number] = request;
    const [id, name, pid, threadId] = protocol.argumentsOf(request);
    if (typeof id !== "string") return link.end();
    const who = { pid: Number(pid ?? 0), threadId: Number(threadId ?? 0), name: String(name) };
    let client = this.#clients.get(id);
    if (client === undefined) this.#clients.set(id, (client = new Client(id, who)));
    link.client = client;
    client.links.add(link);
    link.link.sent = client.sent;
    this.#return(link, number, undefined, protocol.HELLO, this.id);
  }

  /** A client that lost one of its links is gone: it closes them together, or it died. */
  ended({ client }: ServedLink): void {
    if (client === undefined || client.gone) return;
    this.#clients.delete(client.id);
    client.leave();
    for (const link of client.links) link.end();
    for (const [number, times] of client.sent) this.#drop(number, times);
  }

  /** What clients ask of the server itself. */
  #ask(link: ServedLink, method: string, args: readonly unknown[]): unknown {
    switch (method) {
      case protocol.CREATE:
        return this.#create(args[0] as string, args[1] as unknown[]);
      case protocol.CANCEL:
        return this.#cancel(link, args[0] as number);
      case protocol.DROP:
        return this.#dropSent(link, args[0] as number, args[1] as number);
      case protocol.CLAIM:
        return this.#claim(link, args[0] as number);
      case protocol.COUNT_OBJECTS:
        return this.objects.size;
      case protocol.SHUTDOWN:
        // Whatever that answers is not the client's.
        this.#onShutdown();
        return undefined;
      default:
        throw new TypeError(`a manager's server knows nothing of ${JSON.stringify(method)}`);
    }
  }

  /** Makes an object; also for the program that the server is in. */
  #create(typeId: string, args: readonly unknown[]): unknown {
    const type = this.#type(typeId);
    if (type.factory === null) throw new TypeError(`nothing here makes a ${typeId}`);
    const made = make(type.factory, args);
    // An object of a class may have a method `then`; what a function answers may be a promise.
    if (isClass(type.factory) || !isThenable(made)) return this.#export(made, typeId, type);
    return made.then((object) => this.#export(object, typeId, type));
  }

  /** Whether a result is to come; objects that live here may have a method `then`. */
  #isAwaited(
    entry: Entry | undefined,
    method: string,
    result: unknown,
  ): result is PromiseLike<unknown> {
    if (result instanceof Promise) return true;
    if (!isThenable(result) || this.objects.entryOf(result) !== undefined) return false;
    return entry === undefined || typeOfResult(entry.type, method) === undefined;
  }

  #type(typeId: string): TypeEntry {
    const type = this.#registry.get(typeId);
    if (type !== undefined) return type;
    throw new TypeError(`no type is registered as ${JSON.stringify(typeId)} at this server`);
  }

  #export(made: unknown, typeId: string, type: TypeEntry): Export {
    // Numbers and strings have methods too.
    const object = Object(made ?? {}) as object;
    const isAsItIs = type.exposed === undefined && type.proxyType === undefined;
    const own = isAsItIs ? syncTypeOf(object) : undefined;
    return new Export(this, this.objects.add(object, own?.typeId ?? typeId, own?.type ?? type));
  }

  #entry(number: number): Entry {
    const entry = this.objects.find(number);
    if (entry !== undefined) return entry;
    throw new ReferenceError(`object ${number} no longer exists at this manager's server`);
  }

  #cancel(link: ServedLink, number: number): void {
    const call = link.calls.get(number);
    if (call === undefined) return;
    call.abort();
    // A method that looks at its signal answers first.
    setImmediate(() => {
      if (!link.calls.delete(number)) return;
      this.#throw(link, number, call.signal.reason);
    });
  }

  #dropSent(link: ServedLink, number: number, times: number): void {
    const sent = link.link.sent.get(number) ?? 0;
    const dropped = Math.min(sent, times);
    if (sent === dropped) link.link.sent.delete(number);
    else link.link.sent.set(number, sent - dropped);
    this.#drop(number, dropped);
  }

  #claim({ link }: ServedLink, number: number): void {
    link.sent.set(number, (link.sent.get(number) ?? 0) + 1);
    this.objects.count(this.#entry(number), 1);
  }

  #drop(number: number, times: number): void {
    const entry = this.objects.find(number);
    if (entry !== undefined) this.objects.count(entry, -times);
  }

  async #answerLater(
    link: ServedLink,
    number: number,
    call: Call,
    entry: Entry | undefined,
    method: string,
    result: PromiseLike<unknown>,
  ): Promise<void> {
    this.#pending++;
    link.calls.set(number, call);
    call.client.calls.add(call);
    // Answered already when it was cancelled and did not look at its signal.
    const isWanted = (): boolean => {
      this.#pending--;
      call.client.calls.delete(call);
      return link.calls.delete(number);
    };
    try {
      const value = await result;
      if (isWanted()) this.#return(link, number, entry, method, value);
    } catch (error) {
      if (isWanted()) this.#throw(link, number, error);
    }
  }

  #return(
    link: ServedLink,
    number: number,
    entry: Entry | undefined,
    method: string,
    value: unknown,
  ): void {
    if (number === protocol.ONE_WAY) return;
    try {
      if (entry !== undefined && value === entry.object) {
        return link.reply([number, protocol.ITSELF]);
      }
      link.reply([number, protocol.RETURNED, this.#outgoing(entry, method, value)]);
    } catch (error) {
      this.#throw(link, number, error instanceof PicklingError ? resultRefused(error) : error);
    }
  }

  /** A result as it is to be sent: what lives here is sent as a proxy. */
  #outgoing(entry: Entry | undefined, method: string, value: unknown): unknown {
    if (value === undefined || value === null || value instanceof Export) return value;
    const typeId = entry === undefined ? undefined : typeOfResult(entry.type, method);
    if (typeId !== undefined) return this.#staying(value, typeId);
    if (typeof value !== "object") return value;
    const known = this.objects.entryOf(value);
    if (known !== undefined) return new Export(this, known);
    const own = syncTypeOf(value);
    if (own !== undefined) return this.#export(value, own.typeId, own.type);
    if (!isIterator(value)) return value;
    return this.#export(new ManagedIterator(value), "Iterator", iteratorType);
  }

  /** A result that stays here as an object of a type. @throws TypeError when it cannot be one */
  #staying(value: unknown, typeId: string): unknown {
    if (typeId === "Iterator" && typeof value === "object" && isIterator(value!)) {
      return this.#export(new ManagedIterator(value), typeId, iteratorType);
    }
    const type = this.#type(typeId);
    if (type.isBuiltIn !== true) {
      return typeof value === "object" ? this.#export(value, typeId, type) : value;
    }
    const object = asManaged(value, typeId, type.exposed ?? []);
    const own = syncTypeOf(object) ?? { typeId, type };
    return this.#export(object, own.typeId, own.type);
  }

  #throw(link: ServedLink, number: number, error: unknown): void {
    if (number === protocol.ONE_WAY) return;
    try {
      link.reply([number, protocol.THREW, pack(link.link, error)]);
    } catch (refused) {
      const substitute = new MaybeEncodingError(`An error cannot cross back: ${String(refused)}`);
      link.reply([number, protocol.THREW, pack(link.link, substitute)]);
    }
  }

  /** Ends all links; what clients held is given back. */
  stop(): void {
    for (const client of this.#clients.values()) for (const link of client.links) link.end();
    this.objects.stop();
    stopServing(this);
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  if (typeof value !== "object" || value === null) return false;
  return typeof (value as PromiseLike<unknown>).then === "function";
}

/** The caller's signal cannot cross; the call's own one stands in for it. */
function withSignal(args: readonly unknown[], signal: AbortSignal): unknown[] {
  return [...args.slice(0, -1), { ...(args.at(-1) as object), signal }];
}

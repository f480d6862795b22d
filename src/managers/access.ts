/**
 * How a thread reaches a manager's server: its links, the calls that wait for an answer, and the
 * proxies that it has.
 *
 * Calls that return promises share a link; each has a number, and answers come in any order. Calls
 * that block the thread have a link of their own, on which there is never but one.
 */
import { randomBytes } from "node:crypto";
import { threadId } from "node:worker_threads";
import type { Connection } from "../channels/connection.ts";
import { onRejoin } from "../core/family-arena.ts";
import { BrokenConnectionError, EndOfStreamError } from "../errors.ts";
import { currentIdentity } from "../workers/identity.ts";
import { currentFlow } from "../core/flow.ts";
import { familyLink } from "./door.ts";
import { EMPTY, type Link, unpack } from "./link.ts";
import { type Asked, abortable, AwaitedCall } from "./awaited-call.ts";
import * as protocol from "./protocol.ts";
import type { BaseProxy } from "./proxy.ts";

/** The links of a program that reaches the server through sockets. */
export interface Links {
  readonly forPromises: Link;
  readonly forSync: Link;
  readonly address: string;
}

const known = new Map<string, Access>();

const newId = (): string => randomBytes(12).toString("base64url");

export class Access {
  readonly serverId: string;
  /** Where those of the family ask for links; null through sockets. */
  readonly door: Connection | null;
  readonly #address: string;
  #clientId: string = newId();
  #forPromises: Link | undefined;
  #forSync: Link | undefined;
  #inUse: Link | undefined;
  readonly #calls = new Map<number, AwaitedCall>();
  readonly #proxies = new Map<number, WeakRef<BaseProxy>>();
  /** How often each proxy came, where the server counts. */
  readonly #arrivals = new Map<number, number>();
  #last = 0;
  #listening = false;
  #gone: BrokenConnectionError | undefined;

  private constructor(serverId: string, door: Connection | null, links?: Links) {
    this.serverId = serverId;
    this.door = door;
    this.#address = links?.address ?? "";
    this.#forPromises = links?.forPromises;
    this.#forSync = links?.forSync;
    known.set(serverId, this);
  }

  static known(serverId: string): Access | undefined {
    return known.get(serverId);
  }

  /** In the family. */
  static through(serverId: string, door: Connection): Access {
    return new Access(serverId, door);
  }

  /** From another program; replaces what was known of a server that is gone. */
  static over(serverId: string, links: Links): Access {
    return new Access(serverId, null, links);
  }

  /** What to call the server in messages. */
  get where(): string {
    return this.#address === "" ? `manager ${this.serverId.slice(0, 6)}` : this.#address;
  }

  get clientId(): string {
    return this.#clientId;
  }

  /** The link that a message is being coded for. */
  get linkInUse(): Link | undefined {
    return this.#inUse;
  }

  /** Calls a method. @param proxy whose object it is, when it is one's */
  call(
    object: number,
    method: string,
    args: readonly unknown[],
    proxy?: BaseProxy,
  ): Promise<unknown> {
    const { args: sent, signal, given } = abortable(args);
    if (signal?.aborted === true) throw signal.reason;
    const asked: Asked = { proxy, signal, callSite: new Error() };
    const link = (this.#forPromises ??= this.#open());
    const number = (this.#last = (this.#last % 0x3fff_ffff) + 1);
    const request: protocol.Request = [number, object, method, sent, currentFlow(), given];
    this.#post(link, request);
    return new Promise<unknown>((resolve, reject) => {
      const cancel = (): void => this.#tell(protocol.CANCEL, [number]);
      this.#calls.set(number, new AwaitedCall(asked, resolve, reject, cancel));
      if (!this.#listening) void this.#listen(link);
    });
  }

  /** The same, blocking the thread. */
  callSync(object: number, method: string, args: readonly unknown[], proxy?: BaseProxy): unknown {
    const link = (this.#forSync ??= this.#open());
    let reply: protocol.Reply;
    this.#inUse = link;
    try {
      link.postSync([protocol.SYNC, object, method, args, currentFlow()]);
      reply = link.receiveSync() as protocol.Reply;
    } catch (error) {
      throw this.#explained(error);
    } finally {
      this.#inUse = undefined;
    }
    const [, status, value] = reply;
    if (status === protocol.RETURNED) return value;
    if (status === protocol.ITSELF) return proxy;
    throw unpack(link, value as protocol.Thrown, `the server of ${this.where}`, new Error());
  }

  #open(): Link {
    if (this.#gone !== undefined) throw this.#gone;
    if (this.door === null) throw this.#fail();
    try {
      const link = familyLink(this.door);
      const name = `${currentIdentity().name}${threadId === 0 ? "" : `, thread ${threadId}`}`;
      link.postSync([protocol.ONE_WAY, protocol.SERVER, protocol.HELLO, [this.#clientId, name]]);
      return link;
    } catch (error) {
      throw this.#explained(error);
    }
  }

  #post(link: Link, request: protocol.Request): void {
    this.#inUse = link;
    try {
      link.post(request)?.catch((error) => this.#explained(error));
    } catch (error) {
      throw this.#explained(error);
    } finally {
      this.#inUse = undefined;
    }
  }

  /** Tells the server something that needs no answer. */
  #tell(method: string, args: readonly unknown[]): void {
    if (this.#gone !== undefined || this.#forPromises === undefined) return;
    try {
      this.#post(this.#forPromises, [protocol.ONE_WAY, protocol.SERVER, method, args]);
    } catch {
      // The server is gone, and with it what it was to be told.
    }
  }

  /** Takes answers as long as calls wait for some. */
  async #listen(link: Link): Promise<void> {
    this.#listening = true;
    try {
      while (this.#calls.size > 0) {
        const there = link.tryReceive();
        this.#settle(link, (await (there === EMPTY ? link.receive() : there)) as protocol.Reply);
      }
    } catch (error) {
      this.#explained(error);
    }
    this.#listening = false;
  }

  #settle(link: Link, [number, status, value]: protocol.Reply): void {
    const call = this.#calls.get(number);
    if (call === undefined) return;
    this.#calls.delete(number);
    if (status === protocol.RETURNED) call.resolve(value);
    else if (status === protocol.ITSELF) call.resolve(call.asked.proxy);
    else {
      const from = `the server of ${this.where}`;
      call.reject(unpack(link, value as protocol.Thrown, from, call.asked.callSite));
    }
  }

  /** What a failed link means; one that is broken ends everything that waits for the server. */
  #explained(error: unknown): unknown {
    const { name } = error as Error;
    const broken = name === "BrokenConnectionError" || name === "ClosedError";
    if (!broken && !(error instanceof EndOfStreamError)) return error;
    return this.#fail();
  }

  #fail(): BrokenConnectionError {
    this.#gone ??= new BrokenConnectionError(`the server of ${this.where} is gone`);
    known.delete(this.serverId);
    const calls = Array.from(this.#calls.values());
    this.#calls.clear();
    for (const call of calls) call.reject(this.#broken());
    this.#forPromises?.close();
    this.#forSync?.close();
    return this.#broken();
  }

  /** An error of its own for each who gets it, with its own stack. */
  #broken(): BrokenConnectionError {
    return new BrokenConnectionError(this.#gone!.message);
  }

  /** Nothing of this server is of use any more: it was shut down here. */
  end(): void {
    this.#fail();
  }

  proxyOf(object: number): BaseProxy | undefined {
    return this.#proxies.get(object)?.deref();
  }

  remember(proxy: BaseProxy, object: number): void {
    const reference = new WeakRef(proxy);
    this.#proxies.set(object, reference);
    if (this.door === null) this.#arrivals.set(object, 1);
    collected.register(proxy, { access: this, object, reference }, proxy);
  }

  arrivedAgain(object: number): void {
    const times = this.#arrivals.get(object);
    if (times !== undefined) this.#arrivals.set(object, times + 1);
  }

  /** A proxy is no longer used. */
  forget(proxy: BaseProxy, object: number): void {
    collected.unregister(proxy);
    const reference = this.#proxies.get(object);
    if (reference?.deref() === proxy) this.forgetReference(object, reference);
  }

  forgetReference(object: number, reference: WeakRef<BaseProxy>): void {
    if (this.#proxies.get(object) !== reference) return;
    this.#proxies.delete(object);
    const times = this.#arrivals.get(object);
    this.#arrivals.delete(object);
    if (times !== undefined) this.#tell(protocol.DROP, [object, times]);
  }

  /** In a forked copy: the links and the calls are the original's. */
  startAnew(): void {
    this.#forPromises?.close();
    this.#forSync?.close();
    this.#forPromises = this.#forSync = undefined;
    this.#calls.clear();
    this.#listening = false;
    this.#clientId = newId();
  }
}

interface Collected {
  readonly access: Access;
  readonly object: number;
  readonly reference: WeakRef<BaseProxy>;
}

const collected = new FinalizationRegistry<Collected>(({ access, object, reference }) =>
  access.forgetReference(object, reference),
);

onRejoin(() => {
  for (const access of known.values()) access.startAnew();
});

/**
 * How a thread reaches a manager's server: its links, the calls that wait for an answer, and the
 * proxies that it has.
 *
 * Calls that return promises share a link; each has a number, and answers come in any order. Calls
 * that block the thread have a link of their own, on which there is never but one.
 */
import type { Address } from "../channels/sockets/socket-address.ts";
import { BrokenConnectionError, TimeoutError } from "../errors.ts";
import { onCopy } from "../platform/copies.ts";
import { currentFlow, inBackground } from "../core/flow.ts";
import { EMPTY, endsLink, type Link, unpack } from "./link.ts";
import { type Abortable, plain, type Tell, whileAwaited } from "./awaited-call.ts";
import { AwaitedCalls } from "./awaited-calls.ts";
import * as protocol from "./protocol.ts";
import { HeldProxies } from "./held-proxies.ts";
import { howToAsk } from "./late-wait.ts";
import type { BaseProxy } from "./proxy.ts";
import { asLateAnswer, SyncCalls } from "./sync-calls.ts";
import * as ways from "./way.ts";
import type { AuthKey, Met, Way } from "./way.ts";

const known = new Map<string, Access>();

const overSockets = (serverId: string): string => `@${serverId}`;

export class Access {
  readonly serverId: string;
  readonly way: Way;
  #clientId: string = ways.newId();
  #forPromises: Link | undefined;
  #forSync: SyncCalls | undefined;
  #opening: Promise<Link> | undefined;
  /** The link that a message is being coded for. */
  linkInUse: Link | undefined = undefined;
  readonly #calls = new AwaitedCalls((on) => this.#forPromises?.hold(on));
  /** The proxies that this thread has. */
  readonly proxies: HeldProxies;
  #lastPosted = 0;
  #listening = false;
  /** How many managers use it that connected to the server. */
  #users = 0;
  #gone: BrokenConnectionError | undefined;

  private constructor(serverId: string, way: Way) {
    this.serverId = serverId;
    this.way = way;
    const drop = (object: number, times: number): void =>
      this.#tell(protocol.SERVER, protocol.DROP, [object, times]);
    this.proxies = new HeldProxies(this.isIn ? null : drop);
    known.set(this.#key, this);
  }

  /** What this thread asks a server through; in the family rather than over sockets. */
  static known(serverId: string): Access | undefined {
    return known.get(serverId) ?? known.get(overSockets(serverId));
  }

  static by(serverId: string, way: Way): Access {
    const key = way.door === null ? overSockets(serverId) : serverId;
    return known.get(key) ?? new Access(serverId, way);
  }

  get #key(): string {
    return this.isIn ? this.serverId : overSockets(this.serverId);
  }

  /** Reaches the server of another program. */
  static async to(address: Address, authKey: AuthKey | null): Promise<Access> {
    const id = ways.newId();
    const way = { door: null, address, authKey };
    const { link, serverId } = await ways.linkTo(way, ways.callerOf(id));
    const before = known.get(overSockets(serverId));
    if (before !== undefined) {
      link.close();
      return before;
    }
    const access = new Access(serverId, way);
    access.#clientId = id;
    access.#forPromises = access.#own(link);
    return access;
  }

  /** Whether it is reached through shared memory. */
  get isIn(): boolean {
    return this.way.door !== null;
  }

  /** What to call the server in messages. */
  get where(): string {
    return ways.nameOf(this.way, this.serverId);
  }

  /** Calls a method. @param proxy whose object it is, when it is one's */
  async call(
    object: number,
    method: string,
    asked: Abortable,
    proxy?: BaseProxy,
  ): Promise<unknown> {
    const { args, signal } = asked;
    if (signal?.aborted === true) throw signal.reason;
    const flow = currentFlow();
    // Nothing is awaited where there is a link: calls are sent in the order they are made.
    const link = this.#forPromises ?? (await whileAwaited(this.#openSoon(), asked));
    if (link === undefined) return asked.facts!.late!();
    const number = this.#calls.nextNumber();
    this.#post(link, [number, object, method, howToAsk(asked, flow, link.isShared, 0), ...args]);
    this.#lastPosted = number;
    try {
      const cancel = (): void => this.#tell(protocol.SERVER, protocol.CANCEL, [number]);
      const tell = this.#toTell(object, flow);
      const reply = await new Promise<protocol.Reply>((resolve, reject) => {
        this.#calls.add(number, asked, { resolve, reject, cancel, tell });
        if (!this.#listening) void inBackground(() => this.#listen(link));
      });
      return this.#outcome(link, reply, asked, proxy);
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    }
  }

  /** The same, blocking the thread. */
  callSync(object: number, method: string, asked: Abortable, proxy?: BaseProxy): unknown {
    const flow = currentFlow();
    const late = asLateAnswer(asked, this.#toTell(object, flow));
    try {
      this.#forSync ??= new SyncCalls(this.#open(late?.withinMs));
    } catch (error) {
      if (late !== undefined && error instanceof TimeoutError) return late.late();
      throw error;
    }
    const { link } = this.#forSync;
    let reply: protocol.Reply;
    this.linkInUse = link;
    try {
      const how = howToAsk(asked, flow, link.isShared, this.#lastPosted);
      reply = this.#forSync.call([protocol.SYNC, object, method, how, ...asked.args], late);
    } catch (error) {
      throw this.#explained(error);
    } finally {
      this.linkInUse = undefined;
    }
    return this.#outcome(link, reply, asked, proxy);
  }

  /** Called where the caller waits for it, so that an error shows the way there. */
  #outcome(link: Link, reply: protocol.Reply, asked: Abortable, proxy?: BaseProxy): unknown {
    const [, status, value] = reply;
    if (status === protocol.RETURNED) return value;
    if (status === protocol.ITSELF) return proxy;
    if (status === protocol.LATE) return asked.facts!.late!();
    throw unpack(link, value as protocol.Thrown, `the server of ${this.where}`, new Error());
  }

  /** @throws TimeoutError, BrokenConnectionError */
  #open(timeoutMs?: number): Link {
    if (this.#gone !== undefined) throw this.#broken();
    const { door } = this.way;
    const caller = ways.callerOf(this.#clientId);
    try {
      if (door !== null) return this.#own(ways.linkThrough(door, caller));
      return this.#checked(ways.linkToSync(this.way, caller, timeoutMs));
    } catch (error) {
      throw this.#explained(error);
    }
  }

  /** The link for calls that return promises, opened without blocking; once for all who wait. */
  #openSoon(): Promise<Link> | Link {
    if (this.isIn) return (this.#forPromises = this.#open());
    if (this.#gone !== undefined) throw this.#broken();
    return (this.#opening ??= inBackground(() => this.#openLater()));
  }

  async #openLater(): Promise<Link> {
    try {
      const met = await ways.linkTo(this.way, ways.callerOf(this.#clientId));
      return (this.#forPromises = this.#checked(met));
    } catch (error) {
      // The next call tries again.
      this.#opening = undefined;
      throw this.#explained(error);
    }
  }

  #own(link: Link): Link {
    link.owner = this;
    for (const object of this.proxies.takeUncounted()) {
      this.#post(link, [protocol.ONE_WAY, protocol.SERVER, protocol.CLAIM, 0, object]);
    }
    return link;
  }

  /** Another server may listen at the address by now. */
  #checked({ link, serverId }: Met): Link {
    if (serverId === this.serverId) return this.#own(link);
    link.close();
    throw this.#fail();
  }

  #post(link: Link, request: protocol.Request): void {
    const outer = this.linkInUse;
    this.linkInUse = link;
    try {
      inBackground(() => link.post(request))?.catch((error) => this.#explained(error));
    } catch (error) {
      throw this.#explained(error);
    } finally {
      this.linkInUse = outer;
    }
  }

  #toTell(object: number, flow: number): Tell {
    return (method, ...args) => this.#tell(object, method, args, flow);
  }

  /** Tells the server something that needs no answer. */
  #tell(object: number, method: string, args: readonly unknown[], flow = 0): void {
    const link = this.#forPromises ?? this.#forSync?.link;
    if (this.#gone !== undefined || link === undefined) return;
    try {
      this.#post(link, [protocol.ONE_WAY, object, method, flow, ...args]);
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
        this.#calls.settle((await (there === EMPTY ? link.receive() : there)) as protocol.Reply);
      }
    } catch (error) {
      // In a forked copy it is closed when the copy's own may be open already.
      if (link === this.#forPromises) this.#explained(error);
    }
    if (link === this.#forPromises) this.#listening = false;
  }

  /** What a failed link means; one that is broken ends everything that waits for the server. */
  #explained(error: unknown): unknown {
    return endsLink(error) ? this.#fail() : error;
  }

  #fail(): BrokenConnectionError {
    this.#gone ??= new BrokenConnectionError(`the server of ${this.where} is gone`);
    known.delete(this.#key);
    this.#calls.failAll(() => this.#broken());
    this.#forPromises?.close();
    this.#forSync?.close();
    return this.#broken();
  }

  /** An error of its own for each who gets it, with its own stack. */
  #broken(): BrokenConnectionError {
    return new BrokenConnectionError(this.#gone!.message);
  }

  /** The server is to count a proxy that came from somebody else. */
  claim(object: number): void {
    if (!this.isIn) this.call(protocol.SERVER, protocol.CLAIM, plain([object])).catch(() => {});
  }

  /** A manager uses it; answers how that manager ends that. */
  use(): () => void {
    this.#users++;
    let isIn = true;
    return () => {
      if (!isIn) return;
      isIn = false;
      if (--this.#users === 0) this.end();
    };
  }

  /** Nothing of this server is of use any more: it was shut down, or left, here. */
  end(): void {
    this.#gone ??= new BrokenConnectionError(`the connection to ${this.where} was ended here`);
    this.#fail();
  }

  /** In a forked copy: the links and the calls are the original's, and so is what was counted. */
  startAnew(): void {
    for (const link of [this.#forPromises, this.#forSync]) link?.close();
    this.#forPromises = this.#forSync = this.#opening = undefined;
    this.#calls.forgetAll();
    this.#listening = false;
    this.#clientId = ways.newId();
    if (!this.isIn) this.proxies.areUncounted();
  }
}

onCopy(() => {
  for (const access of known.values()) access.startAnew();
});

/** `BaseManager`: starts or reaches a server, and makes objects in it. */
import { staysHere } from "../carry/stays-here.ts";
import { checkedAddress, type Address } from "../channels/sockets/socket-address.ts";
import type { SyncWait, Wait } from "../core/deadline.ts";
import { inBackground } from "../core/flow.ts";
import { areOptions } from "../core/options.ts";
import { showByToString } from "../core/shown.ts";
import { StateError } from "../errors.ts";
import { checkStartMethod } from "../multiprocessing/start-methods.ts";
import { currentIdentity } from "../workers/identity.ts";
import type { StartMethod } from "../workers/runtime.ts";
import { Access } from "./access.ts";
import { plain } from "./awaited-call.ts";
import { MANAGER_NAMES, type ManagerOptions } from "./manager-options.ts";
import { checkedStart, type ManagerStart } from "./manager-start.ts";
import { ManagerServer } from "./manager-server.ts";
import * as protocol from "./protocol.ts";
import type { BaseProxy } from "./proxy.ts";
import { chooseProxyType } from "./proxy-class.ts";
import {
  type Factory,
  type RegisterOptions,
  type Registry,
  type TypeEntry,
  typeEntry,
} from "./registry.ts";
import { endServer } from "./server-end.ts";
import type { ServerHome, ServerHost } from "./server-host.ts";
import { type ServerOrder, startServer } from "./server-process.ts";
import { addBuiltIn, type BuiltIn } from "./types/all.ts";
import { type AuthKey, checkedKey } from "./way.ts";

/** The types of each class of managers; a subclass has those of its base too. */
const registries = new WeakMap<object, Map<string, TypeEntry>>();
let started = 0;

/**
 * A server process that keeps objects, and the way to it. What it can make is said by `register`,
 * for each class of managers and its subclasses; a `SyncManager` can make something from the start.
 */
export class BaseManager {
  readonly #authKey: AuthKey | null;
  readonly #startMethod: StartMethod | undefined;
  #address: Address | null;
  #process: ServerHost | undefined;
  #access: Access | undefined;
  #leave: (() => void) | undefined;
  #ending: Promise<void> | undefined;
  #state: "created" | "started" | "connected" | "shut down" = "created";

  /** @throws TypeError, RangeError */
  constructor(options: ManagerOptions = {}) {
    if (!areOptions(options, MANAGER_NAMES)) {
      throw new TypeError("a manager takes options such as { address, authKey }");
    }
    const { address, authKey, startMethod } = options;
    this.#address = address === undefined ? null : checkedAddress(address, 0);
    this.#authKey = checkedKey(authKey);
    this.#startMethod = startMethod === undefined ? undefined : checkStartMethod(startMethod);
  }

  /**
   * Gives managers of this class and its subclasses a type of objects, and, unless `createMethod`
   * is false, a method of that name which makes one and answers its proxy. Without a factory it can
   * be made only at a server that has one.
   * @throws TypeError, RangeError for the name of a method that managers have themselves
   */
  static register(typeId: string, factory?: Factory | null, options: RegisterOptions = {}): void {
    const entry = typeEntry(typeId, factory, options);
    const createMethod = options.createMethod !== false;
    if (createMethod) checkMethodName(typeId);
    let own = registries.get(this);
    if (own === undefined) registries.set(this, (own = new Map<string, TypeEntry>()));
    own.set(typeId, entry);
    if (entry.proxyType !== undefined) chooseProxyType(typeId, entry.proxyType);
    if (createMethod) addCreators(this.prototype, typeId);
  }

  /** Starts the server in a child process. @throws StateError when it was started before */
  async start<A extends unknown[]>(options: ManagerStart<A> = {}): Promise<this> {
    this.#begin();
    const { initializer, initArgs } = checkedStart(options);
    this.#state = "started";
    try {
      const { process, serverId, way } = await startServer({
        name: `${this.constructor.name}-${++started}`,
        types: Array.from(typesOf(this.constructor)),
        home: this.home,
        builtIn: this.builtIn,
        initializer: (initializer as ServerOrder["initializer"]) ?? null,
        initArgs: initArgs ?? [],
        address: this.#address,
        authKey: this.#authKey,
        startMethod: this.#startMethod,
      });
      this.#process = process;
      this.#address = way.address;
      this.#access = Access.by(serverId, way);
    } catch (error) {
      this.#state = "created";
      throw error;
    }
    return this;
  }

  /**
   * Reaches the server of another program, at the address given to the constructor.
   * @throws StateError without an address, BrokenConnectionError when nobody listens there,
   * AuthenticationError when the keys differ
   */
  async connect(): Promise<this> {
    this.#begin();
    if (this.#address === null) throw new StateError("connect() needs the address of a server");
    this.#access = await Access.to(this.#address, this.#authKey);
    this.#leave = this.#access.use();
    this.#state = "connected";
    return this;
  }

  /** A server in this program, for others to connect to. */
  getServer(): ManagerServer {
    this.#begin();
    const registry: Registry = typesOf(this.constructor);
    addBuiltIn(registry, this.builtIn);
    const authKey = this.#authKey ?? currentIdentity().authKey;
    return new ManagerServer(registry, { address: this.#address, authKey });
  }

  #begin(): void {
    if (this.#state === "created") return;
    throw new StateError(`this manager is ${this.#state} already`);
  }

  /** Where the server listens. @throws StateError before it is known */
  get address(): Address {
    if (this.#address !== null) return this.#address;
    throw new StateError("the address is known after start()");
  }

  /** Which server it is. @throws StateError before start */
  protected get serverId(): string {
    return this.#mustBeStarted().serverId;
  }

  /** Where `start` has the server live. */
  protected get home(): ServerHome {
    return "process";
  }

  /** What the server makes beside the types that were registered. */
  protected get builtIn(): BuiltIn {
    return "none";
  }

  /** Makes an object of a registered type and answers its proxy. */
  protected async create(typeId: string, args: readonly unknown[]): Promise<BaseProxy> {
    const access = this.#mustBeStarted();
    const made = access.call(protocol.SERVER, protocol.CREATE, plain([typeId, args]));
    return (await made) as BaseProxy;
  }

  protected createSync(typeId: string, args: readonly unknown[]): BaseProxy {
    const access = this.#mustBeStarted();
    return access.callSync(protocol.SERVER, protocol.CREATE, plain([typeId, args])) as BaseProxy;
  }

  /** @internal Makes an object for the methods that `register` adds. */
  static make(manager: BaseManager, typeId: string, args: readonly unknown[]): Promise<BaseProxy> {
    return manager.create(typeId, args);
  }

  /** @internal */
  static makeSync(manager: BaseManager, typeId: string, args: readonly unknown[]): BaseProxy {
    return manager.createSync(typeId, args);
  }

  /** How many objects live in the server. */
  async objectCount(): Promise<number> {
    const access = this.#mustBeStarted();
    return (await access.call(protocol.SERVER, protocol.COUNT_OBJECTS, plain([]))) as number;
  }

  /** The same, blocking the thread. */
  objectCountSync(): number {
    const access = this.#mustBeStarted();
    return access.callSync(protocol.SERVER, protocol.COUNT_OBJECTS, plain([])) as number;
  }

  #mustBeStarted(): Access {
    if (this.#access !== undefined) return this.#access;
    throw new StateError(
      this.#state === "shut down"
        ? "this manager was shut down"
        : "this manager is used before start() or connect()",
    );
  }

  /**
   * Ends the server that `start` started; calls of its objects fail from then on. One that is busy
   * or stopped gets two seconds; one that cannot even be killed is warned about and left behind.
   * The second time it waits for the same end.
   * @throws StateError before start
   */
  async shutdown(): Promise<void> {
    const server = this.#process;
    if (server === undefined) throw new StateError("shutdown before start");
    this.#state = "shut down";
    // It ends also when the task that waits for it is cancelled.
    await (this.#ending ??= inBackground(() => endServer(server, this.#access!)));
  }

  /** Waits until the server's process has ended; false when the time was over first. */
  async join(wait?: Wait): Promise<boolean> {
    return await this.#serverProcess("join").join(wait);
  }

  /** `join`, blocking this thread and its event loop. */
  joinSync(wait?: SyncWait): boolean {
    return this.#serverProcess("joinSync").joinSync(wait);
  }

  #serverProcess(what: string): ServerHost {
    if (this.#process === undefined) throw new StateError(`${what} before start`);
    return this.#process;
  }

  /** The pid of the server's process; null before start. */
  get pid(): number | null {
    return this.#process?.pid ?? null;
  }

  /**
   * Ends the connection that `connect` made: what this client holds in the server is given back,
   * and proxies that came over it are of no use any more. Nothing happens the second time.
   * @throws StateError for a manager that was not connected
   */
  disconnect(): void {
    if (this.#leave === undefined) throw new StateError("disconnect before connect");
    this.#leave();
    this.#state = "shut down";
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process !== undefined) await this.shutdown();
    else if (this.#leave !== undefined) this.disconnect();
  }

  toString(): string {
    const pid = this.pid === null ? "" : `, pid ${this.pid}`;
    return `${this.constructor.name} (${this.#state}${pid})`;
  }

  static {
    showByToString(this);
  }
}

staysHere("a manager", BaseManager, "send proxies of its objects, or its address to connect to");

/** All types of a class of managers, those of its bases included. */
function typesOf(manager: object): Map<string, TypeEntry> {
  const types = new Map<string, TypeEntry>();
  for (let owner: object | null = manager; owner !== null;) {
    for (const [typeId, entry] of registries.get(owner) ?? []) {
      if (!types.has(typeId)) types.set(typeId, entry);
    }
    owner = Object.getPrototypeOf(owner) as object | null;
  }
  return types;
}

/** Names of what managers have themselves. */
const TAKEN: ReadonlySet<string> = new Set(
  [BaseManager.prototype, Object.prototype].flatMap((owner) => Object.getOwnPropertyNames(owner)),
);

function checkMethodName(typeId: string): void {
  const taken = [typeId, `${typeId}Sync`].find((name) => TAKEN.has(name));
  // Whoever awaits the manager would call it.
  if (taken === undefined && typeId !== "then") return;
  const why =
    taken === undefined ? "would be promises with a then" : `have something called ${taken}`;
  throw new RangeError(
    `managers ${why}; register ${typeId} by another name or with { createMethod: false }`,
  );
}

function addCreators(prototype: object, typeId: string): void {
  const define = (name: string, value: unknown): void => {
    Object.defineProperty(prototype, name, { value, writable: true, configurable: true });
  };
  define(typeId, function create(this: BaseManager, ...args: unknown[]) {
    return BaseManager.make(this, typeId, args);
  });
  define(`${typeId}Sync`, function create(this: BaseManager, ...args: unknown[]) {
    return BaseManager.makeSync(this, typeId, args);
  });
}

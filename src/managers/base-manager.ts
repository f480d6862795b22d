/** `BaseManager`: starts or reaches a server, and makes objects in it. */
import type { SyncWait, Wait } from "../core/deadline.ts";
import { showByToString } from "../core/shown.ts";
import type { Connection } from "../channels/connection.ts";
import { familyPipe } from "../channels/pipe-connection.ts";
import { EndOfStreamError, StateError } from "../errors.ts";
import { Process } from "../multiprocessing/process.ts";
import type { StartMethod } from "../workers/runtime.ts";
import { Access } from "./access.ts";
import { type Readiness, runFamilyServer, type ServerSetup } from "./family-server.ts";
import * as protocol from "./protocol.ts";
import type { BaseProxy } from "./proxy.ts";
import { chooseProxyType } from "./proxy-class.ts";
import { type Factory, type RegisterOptions, type TypeEntry, typeEntry } from "./registry.ts";

/** How long a server has to end by itself. */
const GRACE_MS = 1_000;

export interface ManagerOptions {
  readonly startMethod?: StartMethod;
}

export interface ManagerStart<A extends unknown[] = unknown[]> {
  /** Runs in the server's process before anything else. */
  readonly initializer?: (...args: A) => unknown;
  readonly initArgs?: A;
}

/** The types of each class of managers; a subclass has those of its base too. */
const registries = new WeakMap<object, Map<string, TypeEntry>>();
let started = 0;

export class BaseManager {
  readonly #options: ManagerOptions;
  #process: Process | undefined;
  #access: Access | undefined;
  #state: "created" | "started" | "shut down" = "created";

  constructor(options: ManagerOptions = {}) {
    if (typeof options !== "object" || options === null) {
      throw new TypeError("a manager takes options such as { address, authKey }");
    }
    this.#options = options;
  }

  /**
   * Gives managers of this class and its subclasses a type of objects, and, unless `createMethod`
   * is false, a method of that name which makes one and answers its proxy. Without a factory it can
   * be made only at a server that has one.
   * @throws TypeError
   */
  static register(typeId: string, factory?: Factory | null, options: RegisterOptions = {}): void {
    const entry = typeEntry(typeId, factory, options);
    let own = registries.get(this);
    if (own === undefined) registries.set(this, (own = new Map<string, TypeEntry>()));
    own.set(typeId, entry);
    if (entry.proxyType !== undefined) chooseProxyType(typeId, entry.proxyType);
    if (options.createMethod === false) return;
    addCreators(this.prototype, typeId);
  }

  /** Starts the server in a child process. @throws StateError when it was started before */
  async start<A extends unknown[]>({ initializer, initArgs }: ManagerStart<A> = {}): Promise<this> {
    if (this.#state !== "created") {
      throw new StateError(`this manager was ${this.#state} before`);
    }
    if (initializer !== undefined && typeof initializer !== "function") {
      throw new TypeError("initializer must be a function");
    }
    this.#state = "started";
    const [door, forClients] = familyPipe({ duplex: false });
    const [ready, fromServer] = familyPipe({ duplex: false });
    const setup: ServerSetup = {
      types: Array.from(typesOf(this.constructor)),
      withSyncTypes: this.withSyncTypes,
      initializer: (initializer as ServerSetup["initializer"]) ?? null,
      initArgs: initArgs ?? [],
      door,
      ready: fromServer,
    };
    try {
      await this.#launch(setup, ready, forClients);
    } catch (error) {
      this.#state = "created";
      forClients.close();
      throw error;
    } finally {
      for (const end of [door, ready, fromServer]) end.close();
    }
    return this;
  }

  async #launch(setup: ServerSetup, ready: Connection, forClients: Connection): Promise<void> {
    const server = new Process({
      target: runFamilyServer,
      args: [setup],
      name: `${this.constructor.name}-${++started}`,
      daemon: true,
      ...(this.#options.startMethod === undefined
        ? {}
        : { startMethod: this.#options.startMethod }),
    });
    await server.start();
    const ended = (async (): Promise<never> => {
      await server.result();
      throw new EndOfStreamError("the manager's server ended before it was ready");
    })();
    // When it is ready its end is of no interest here any more.
    ended.catch(() => {});
    const { serverId } = (await Promise.race([ready.recv(), ended])) as Readiness;
    this.#process = server;
    this.#access = Access.through(serverId, forClients);
  }

  /** Whether the server makes lists, locks and so on. */
  protected get withSyncTypes(): boolean {
    return false;
  }

  /** Makes an object of a registered type and answers its proxy. */
  protected async create(typeId: string, args: readonly unknown[]): Promise<BaseProxy> {
    const made = this.#mustBeStarted().call(protocol.SERVER, protocol.CREATE, [typeId, args]);
    return (await made) as BaseProxy;
  }

  protected createSync(typeId: string, args: readonly unknown[]): BaseProxy {
    const access = this.#mustBeStarted();
    return access.callSync(protocol.SERVER, protocol.CREATE, [typeId, args]) as BaseProxy;
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
    return (await this.#mustBeStarted().call(
      protocol.SERVER,
      protocol.COUNT_OBJECTS,
      [],
    )) as number;
  }

  /** The same, blocking the thread. */
  objectCountSync(): number {
    const access = this.#mustBeStarted();
    return access.callSync(protocol.SERVER, protocol.COUNT_OBJECTS, []) as number;
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
   * Ends the server that `start` started; calls of its objects fail from then on. Nothing happens
   * the second time.
   * @throws StateError before start
   */
  async shutdown(): Promise<void> {
    if (this.#state === "shut down") return;
    const server = this.#process;
    if (server === undefined) throw new StateError("shutdown before start");
    this.#state = "shut down";
    const access = this.#access!;
    try {
      await access.call(protocol.SERVER, protocol.SHUTDOWN, []);
    } catch {
      // It is gone already.
    }
    if (!(await server.join({ timeoutMs: GRACE_MS }))) {
      server.terminate();
      if (!(await server.join({ timeoutMs: GRACE_MS }))) server.kill();
      await server.join();
    }
    access.end();
    access.door?.close();
  }

  /** Waits until the server's process has ended; false when the time was over first. */
  async join(wait?: Wait): Promise<boolean> {
    return await this.#serverProcess("join").join(wait);
  }

  joinSync(wait?: SyncWait): boolean {
    return this.#serverProcess("joinSync").joinSync(wait);
  }

  #serverProcess(what: string): Process {
    if (this.#process === undefined) throw new StateError(`${what} before start`);
    return this.#process;
  }

  /** The pid of the server's process; null before start. */
  get pid(): number | null {
    return this.#process?.pid ?? null;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process !== undefined) await this.shutdown();
  }

  toString(): string {
    const pid = this.pid === null ? "" : `, pid ${this.pid}`;
    return `${this.constructor.name} (${this.#state}${pid})`;
  }

  static {
    showByToString(this);
  }
}

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

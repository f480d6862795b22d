/**
 * Proxies: objects of a client that stand for objects of a manager's server.
 *
 * Every exposed method is there twice, as a promise and, with `Sync` after its name, blocking the
 * thread. A property is a method too: it reads without an argument and writes with one. Any other
 * name is asked of the server, which refuses it: only it knows what is exposed.
 */
import { ClosedError } from "../errors.ts";
import { showByToString } from "../core/shown.ts";
import type { Reference } from "../channels/lanes/reference.ts";
import { release } from "../sync/shared-object.ts";
import type { Access } from "./access.ts";
import { abortable, unabortable } from "./awaited-call.ts";
import type { Exposure } from "./exposure.ts";
import type { Waits } from "./late-wait.ts";
import { propertyCall } from "./protocol.ts";
import type { ProxyType } from "./registry.ts";

/** What a proxy knows of its object. */
export interface ProxyFacts {
  readonly access: Access;
  readonly number: number;
  readonly typeId: string;
  /** Null for the types of SyncManager, which everybody knows. */
  readonly exposure: Exposure | null;
  readonly proxyType: ProxyType | null;
  /** What keeps the object; null where the server counts. */
  readonly reference: Reference | null;
  /** What of its methods are waits, where that is known. */
  readonly waits: Waits;
}

/** The base of all proxies, and of those that users write for types of their own. */
export class BaseProxy {
  readonly #facts: ProxyFacts;
  #released = false;

  /** Made by the library alone. */
  constructor(facts: ProxyFacts) {
    this.#facts = facts;
    facts.access.proxies.add(this, facts.number);
  }

  /**
   * Calls a method of the object in the server.
   * @throws what the method throws; TypeError when it is not exposed; BrokenConnectionError when
   * the server is gone; ClosedError after the proxy was released
   */
  async _callMethod(name: string, args: readonly unknown[] = []): Promise<unknown> {
    const { access, number, waits } = this.#open(name);
    // Awaited here, an error's stack leads on to whoever awaits this.
    return await access.call(number, name, abortable(args, name, waits), this);
  }

  /** The same, blocking the thread. */
  _callMethodSync(name: string, args: readonly unknown[] = []): unknown {
    const { access, number, waits } = this.#open(name);
    return access.callSync(number, name, unabortable(args, name, waits), this);
  }

  /** Lets go of the object; when nobody else has it, the server forgets it. */
  [Symbol.dispose](): void {
    if (this.#released) return;
    this.#released = true;
    const { access, number, reference } = this.#facts;
    access.proxies.remove(this, number);
    if (reference !== null) release(reference);
  }

  #open(what: string): ProxyFacts {
    if (!this.#released) return this.#facts;
    throw new ClosedError(`this proxy of ${this.#facts.typeId} was released before ${what}`);
  }

  toString(): string {
    const { typeId, number, access } = this.#facts;
    return `Proxy of ${typeId} ${number} at ${access.where}${this.#released ? " (released)" : ""}`;
  }

  /** @internal */
  static factsOf(proxy: BaseProxy): ProxyFacts {
    return proxy.#facts;
  }

  /** @internal Checked where a proxy is sent. */
  static sendable(proxy: BaseProxy): ProxyFacts {
    return proxy.#open("it was sent");
  }

  static {
    showByToString(this);
  }
}

/** What a proxy that is to be sent knows. @throws ClosedError */
export const factsOf = (proxy: BaseProxy): ProxyFacts => BaseProxy.sendable(proxy);

/** Lets go of a proxy's object, as `using` does at the end of a block. */
export function releaseProxy(proxy: object): void {
  if (!(proxy instanceof BaseProxy)) throw new TypeError("releaseProxy takes a proxy");
  proxy[Symbol.dispose]();
}

/** A name of a proxy's object that is called by one request, and awaited by another. */
export function remoteName(proxy: BaseProxy, called: string, awaited: string): object {
  const call = (...args: unknown[]): Promise<unknown> => proxy._callMethod(called, args);
  const then: Promise<unknown>["then"] = (resolve, reject) =>
    proxy._callMethod(awaited).then(resolve, reject);
  // oxlint-disable-next-line unicorn/no-thenable -- a property is to be awaited by its name
  return Object.assign(call, { then });
}

/** The types whose `set` does what Python writes as an assignment. */
const KEYED = new Set(["list", "dict", "Namespace", "Array"]);

/** What to tell who assigns to a proxy, and what to write instead. */
export function cannotAssign(proxy: unknown, name: string): TypeError {
  let call = `call it with the value: await proxy.${name}(value)`;
  if (proxy instanceof BaseProxy) {
    const { typeId, exposure } = BaseProxy.factsOf(proxy);
    const key = /^\d+$/.test(name) ? name : JSON.stringify(name);
    if (exposure === null && KEYED.has(typeId)) call = `write: await proxy.set(${key}, value)`;
  }
  return new TypeError(`${name} of a proxy cannot be assigned; ${call}`);
}

/** Names that the language or a tool asks of any object, to see what it is. */
const ASKED_OF_ALL = new Set(["then", "catch", "finally", "toJSON", "asymmetricMatch", "nodeType"]);

/** Below all proxies, for names that no class of theirs has. */
const anyName = new Proxy(Object.create(Object.prototype) as object, {
  get(target, name, receiver): unknown {
    if (typeof name !== "string" || name in target || ASKED_OF_ALL.has(name)) {
      return Reflect.get(target, name, receiver);
    }
    if (!(receiver instanceof BaseProxy)) return undefined;
    const proxy = receiver;
    // Awaited like a property it is asked for as one, and refused likewise.
    if (!name.endsWith("Sync")) return remoteName(proxy, name, propertyCall(name));
    const bare = name.slice(0, -"Sync".length);
    return (...args: unknown[]) => proxy._callMethodSync(bare, args);
  },
  set(_target, name, _value, receiver): boolean {
    throw cannotAssign(receiver, String(name));
  },
});
Object.setPrototypeOf(BaseProxy.prototype, anyName);

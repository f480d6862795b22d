/** Classes of proxies with the methods of a type, made when its first proxy comes. */
import type { Exposure } from "./exposure.ts";
import { BaseProxy, cannotAssign, type ProxyFacts, remoteName } from "./proxy.ts";
import type { Waits } from "./late-wait.ts";
import { propertyCall } from "./protocol.ts";
import type { ProxyType } from "./registry.ts";

/** How a type's proxies look, where that does not come with them. */
export interface Face {
  readonly proxyType: ProxyType;
  readonly exposure: Exposure;
  readonly waits: Waits;
}

const faces = new Map<string, Face>();
const chosen = new Map<string, ProxyType>();
const classes = new WeakMap<object, Map<string, ProxyType>>();

/** The types that everybody knows. */
export function registerFace(typeId: string, face: Face): void {
  faces.set(typeId, face);
}

/** The class that this program wants for the proxies of a type. */
export function chooseProxyType(typeId: string, proxyType: ProxyType): void {
  chosen.set(typeId, proxyType);
}

export function makeProxy(facts: Omit<ProxyFacts, "waits">): BaseProxy {
  const face = facts.exposure === null ? faces.get(facts.typeId) : undefined;
  const base = chosen.get(facts.typeId) ?? facts.proxyType ?? face?.proxyType ?? BaseProxy;
  const exposure = facts.exposure ?? face?.exposure ?? { methods: [], properties: [] };
  const waits = face?.waits ?? null;
  return new (classFor(base, exposure, facts.typeId))({ ...facts, waits });
}

function classFor(base: ProxyType, exposure: Exposure, typeId: string): ProxyType {
  let ofBase = classes.get(base);
  if (ofBase === undefined) classes.set(base, (ofBase = new Map()));
  const key = [typeId, ...exposure.methods, "", ...exposure.properties].join("\n");
  let found = ofBase.get(key);
  if (found === undefined) ofBase.set(key, (found = makeClass(base, exposure, typeId)));
  return found;
}

function makeClass(base: ProxyType, { methods, properties }: Exposure, typeId: string): ProxyType {
  const Made = class extends base {};
  Object.defineProperty(Made, "name", { value: `${typeId}Proxy` });
  const { prototype } = Made;
  const own = new Set<string>();
  // Names of the class that was written for the type stand for themselves. A proxy that had a
  // `then` could not be awaited; `thenSync` and `_callMethod("then")` reach the object's.
  const add = (name: string, descriptor: PropertyDescriptor): void => {
    if (name === "then" || own.has(name) || isWritten(base, name)) return;
    own.add(name);
    Object.defineProperty(prototype, name, { ...descriptor, configurable: true });
  };
  for (const name of methods) add(name, { value: method(name), writable: true });
  for (const name of properties) add(name, { get: property(name), set: refusal(name) });
  for (const name of methods) add(`${name}Sync`, { value: methodSync(name), writable: true });
  for (const name of properties) {
    add(`${name}Sync`, { value: methodSync(propertyCall(name)), writable: true });
  }
  return Made;
}

function isWritten(base: ProxyType, name: string): boolean {
  for (
    let owner = base.prototype as object | null;
    owner !== null && owner !== Object.getPrototypeOf(BaseProxy.prototype);
    owner = Object.getPrototypeOf(owner) as object | null
  ) {
    if (Object.hasOwn(owner, name)) return true;
  }
  return false;
}

function method(name: string): (this: BaseProxy, ...args: unknown[]) => Promise<unknown> {
  return function call(this: BaseProxy, ...args: unknown[]) {
    return this._callMethod(name, args);
  };
}

function methodSync(name: string): (this: BaseProxy, ...args: unknown[]) => unknown {
  return function call(this: BaseProxy, ...args: unknown[]) {
    return this._callMethodSync(name, args);
  };
}

/** `await proxy.size` and `await proxy.size()` read; `await proxy.size(3)` writes. */
function property(name: string): (this: BaseProxy) => unknown {
  const asked = propertyCall(name);
  return function get(this: BaseProxy) {
    return remoteName(this, asked, asked);
  };
}

function refusal(name: string): (this: BaseProxy) => never {
  return function set(this: BaseProxy) {
    throw cannotAssign(this, name);
  };
}

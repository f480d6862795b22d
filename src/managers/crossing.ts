/**
 * How objects of a server cross: out of it as proxies, back into it as the objects themselves, and
 * between its clients as proxies again.
 *
 * On its way in the family a proxy brings its reference along, so the object lives as long as the
 * message does, whatever becomes of the sender.
 */
import { PicklingError, UnpicklingError } from "../errors.ts";
import { registerHandle } from "../carry/index.ts";
import type { Connection } from "../channels/connection.ts";
import type { Reference } from "../channels/reference.ts";
import { release } from "../sync/shared-object.ts";
import { Access } from "./access.ts";
import type { Exposure } from "./exposure.ts";
import type { Entry, ObjectTable } from "./object-table.ts";
import { BaseProxy, factsOf } from "./proxy.ts";
import { makeProxy } from "./proxy-class.ts";
import type { ProxyType } from "./registry.ts";
import { linkSentOver, madeForMessage } from "./sending.ts";

interface Serving {
  readonly id: string;
  readonly objects: ObjectTable;
}

/** An object of a server that is to be sent as a proxy, whatever it is. */
export class Export {
  readonly server: Serving;
  readonly entry: Entry;

  constructor(server: Serving, entry: Entry) {
    this.server = server;
    this.entry = entry;
    if (isOfOwnClass(entry.object)) noteClass(entry.object);
  }
}

/** What crosses. The door says how to reach the server, for those who do not know. */
type Crossing = readonly [
  server: string,
  object: number,
  typeId: string,
  exposure: Exposure | null,
  proxyType: ProxyType | null,
  reference: Reference | null,
  door: Connection | null,
];

/** The servers in this thread. */
const servers = new Map<string, Serving>();
/** The prototypes of their objects: these are looked up among the objects when they are sent. */
const prototypes = new WeakSet<object>();

export function serve(server: Serving): void {
  servers.set(server.id, server);
}

export function stopServing(server: Serving): void {
  servers.delete(server.id);
}

/** Objects of the language's own classes are copied before anybody is asked about a handle. */
function isOfOwnClass(object: object): boolean {
  const prototype = Object.getPrototypeOf(object) as object | null;
  if (prototype === null || typeof object === "function" || Array.isArray(object)) return false;
  const source = Function.prototype.toString.call(prototype.constructor);
  return !source.includes("[native code]");
}

function noteClass(object: object): void {
  const prototype = Object.getPrototypeOf(object) as object;
  if (prototypes.has(prototype)) return;
  prototypes.add(prototype);
  // What was found out about the class before is no longer true.
  register();
}

function register(): void {
  registerHandle<object, Crossing>("managers.Proxy", {
    is: (value): value is object =>
      value instanceof BaseProxy ||
      value instanceof Export ||
      prototypes.has(Object.getPrototypeOf(value) as object),
    toHandle(value, { destination }) {
      if (value instanceof BaseProxy) return passOn(value, destination);
      if (value instanceof Export) return handOut(value.server, value.entry);
      if (linkSentOver() === undefined) return undefined;
      for (const server of servers.values()) {
        const entry = server.objects.entryOf(value);
        if (entry !== undefined) return handOut(server, entry);
      }
      return undefined;
    },
    fromHandle: (crossing) => arrive(crossing),
  });
}
register();

/** A server's object as a client is to know it. */
function handOut({ id, objects }: Serving, entry: Entry): Crossing {
  const { number, typeId, type, exposure } = entry;
  const link = linkSentOver();
  if (link === undefined) {
    throw new PicklingError(`a ${typeId} leaves its manager's server as an answer only`);
  }
  let reference: Reference | null = null;
  if (link.isShared) {
    reference = objects.refer(entry);
    if (reference !== null) madeForMessage(reference);
  } else {
    link.sent.set(number, (link.sent.get(number) ?? 0) + 1);
    objects.count(entry, 1);
  }
  const told = type.isBuiltIn === true ? null : exposure;
  return [id, number, typeId, told, type.proxyType ?? null, reference, null];
}

/** A client's proxy, to its own server or to somebody else. */
function passOn(proxy: BaseProxy, destination: string): Crossing {
  const { access, number, typeId, exposure, proxyType, reference } = factsOf(proxy);
  const over = linkSentOver();
  const homeward = over !== undefined && over === access.linkInUse;
  if (!homeward && access.door === null) {
    throw new PicklingError(
      `a proxy that was got through a socket crosses to its own server only; ` +
        `connect there too, and ask it for the object`,
    );
  }
  if (!homeward && destination === "foreign") {
    throw new PicklingError("a proxy of this family's manager means nothing to other programs");
  }
  return [
    access.serverId,
    number,
    typeId,
    homeward ? null : exposure,
    homeward ? null : proxyType,
    reference,
    homeward ? null : access.door,
  ];
}

function arrive(crossing: Crossing): object {
  const [serverId, number, typeId, exposure, proxyType, reference, door] = crossing;
  const server = servers.get(serverId);
  if (server !== undefined) {
    const entry = server.objects.find(number);
    if (reference !== null) release(reference);
    if (entry === undefined) throw new UnpicklingError(`object ${number} no longer exists here`);
    return isOfOwnClass(entry.object) ? entry.object : new Export(server, entry);
  }
  const access = Access.known(serverId) ?? (door === null ? null : Access.through(serverId, door));
  if (access === null) {
    throw new UnpicklingError(`a proxy came of a manager that is not connected here (${typeId})`);
  }
  const known = access.proxyOf(number);
  if (known !== undefined) {
    if (reference !== null && reference !== factsOf(known).reference) release(reference);
    access.arrivedAgain(number);
    return known;
  }
  return makeProxy({ access, number, typeId, exposure, proxyType, reference });
}

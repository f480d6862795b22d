/**
 * How objects of a server cross: out of it as proxies, back into it as the objects themselves, and
 * between its clients as proxies again.
 *
 * On its way in the family a proxy brings its reference along, so the object lives as long as the
 * message does, whatever becomes of the sender.
 */
import { PicklingError, UnpicklingError } from "../errors.ts";
import { registerHandle } from "../carry/index.ts";
import { isNative } from "../carry/prototypes.ts";
import type { Reference } from "../channels/lanes/reference.ts";
import { release } from "../sync/shared-object.ts";
import { Access } from "./access.ts";
import type { Exposure } from "./exposure.ts";
import type { Entry, ObjectTable } from "./object-table.ts";
import { BaseProxy, factsOf } from "./proxy.ts";
import { makeProxy } from "./proxy-class.ts";
import type { ProxyType } from "./registry.ts";
import { linkReceivedOver, linkSentOver, madeForMessage } from "./on-the-way.ts";
import type { Way } from "./way.ts";

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

/** What crosses. The way says how to reach the server, for those who do not know. */
type Crossing = readonly [
  server: string,
  object: number,
  typeId: string,
  exposure: Exposure | null,
  proxyType: ProxyType | null,
  reference: Reference | null,
  way: Way | null,
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
  // That of a generator is an object.
  const { constructor } = prototype as { constructor: unknown };
  if (typeof constructor !== "function") return false;
  return !isNative(constructor);
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
    travels: true,
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
  return [
    access.serverId,
    number,
    typeId,
    homeward ? null : exposure,
    homeward ? null : proxyType,
    destination === "peer" ? null : reference,
    homeward ? null : wayFor(access.way, destination),
  ];
}

/** How the receiver reaches the server. Keys stay in the family. */
function wayFor(way: Way, destination: string): Way {
  if (destination !== "peer") return way;
  if (way.address !== null) return { door: null, address: way.address, authKey: null };
  throw new PicklingError("this proxy's manager does not listen for other programs");
}

/** Who asks the server of a proxy that came: over whose link it came, or who knows the way. */
function accessFor(serverId: string, way: Way | null): Access | null {
  if (way !== null) return Access.by(serverId, way);
  const owner = linkReceivedOver()?.owner;
  if (owner instanceof Access && owner.serverId === serverId) return owner;
  return Access.known(serverId) ?? null;
}

function arrive(crossing: Crossing): object {
  const [serverId, number, typeId, exposure, proxyType, reference, way] = crossing;
  const server = servers.get(serverId);
  if (server !== undefined) {
    const entry = server.objects.find(number);
    if (reference !== null) release(reference);
    if (entry === undefined) throw new UnpicklingError(`object ${number} no longer exists here`);
    return isOfOwnClass(entry.object) ? entry.object : new Export(server, entry);
  }
  const access = accessFor(serverId, way);
  if (access === null) {
    throw new UnpicklingError(`a proxy came of a manager that is not connected here (${typeId})`);
  }
  const known = access.proxies.get(number);
  if (known !== undefined) {
    if (reference !== null && reference !== factsOf(known).reference) release(reference);
    if (way === null) access.proxies.arrivedAgain(number);
    return known;
  }
  if (way !== null) access.claim(number);
  return makeProxy({ access, number, typeId, exposure, proxyType, reference });
}

/**
 * Objects that cross by name or number instead of by content: locks, queues, connections and the
 * like, whose state lives in shared memory or behind a channel. Each of them registers here how to
 * say "that one" and how to make "that one" again, so passing a lock is passing a number.
 */
import { types } from "node:util";
import type { Destination } from "./destination.ts";

export interface HandleContext {
  readonly destination: Destination;
}

export interface SendingContext extends HandleContext {
  /** Does `undo` when the message is refused after all, for what `toHandle` counted or reserved. */
  onRefusal(undo: () => void): void;
}

/** One type of shareable object. */
export interface HandleType<T extends object = object, V = unknown> {
  /**
   * Whether it also means something in programs of other families (destination `peer`), such as the
   * proxy of a manager; what lies in shared memory does not.
   */
  readonly travels?: boolean;
  /**
   * Whether an object is of this type. Asked once for each prototype, so it must go by class; a
   * Proxy is asked about each time.
   */
  is(value: object): value is T;
  /** Whether this one is mere data at the moment, and left to the codec. */
  isPlain?(object: T): boolean;
  /**
   * What the receiver needs: any value that can itself be sent (numbers, names, shared buffers,
   * other handles). Throws a `Refusal` or a PicklingError where the object cannot go, naming the
   * class to use instead. Undefined leaves the object to the codec, as if it were not registered.
   */
  toHandle(object: T, context: SendingContext): V | undefined;
  /** The object at the receiver; the same one each time where identity matters. */
  fromHandle(value: V, context: HandleContext): T;
}

const handleTypes = new Map<string, HandleType>();
const { isProxy } = types;
const NONE = "";
let byPrototype = new WeakMap<object, string>();
let registrations = 0;

/**
 * Makes a type of object shareable. The name is the same in every thread and process; registering
 * it again replaces the type.
 */
export function registerHandle<T extends object, V>(
  typeName: string,
  type: HandleType<T, V>,
): void {
  handleTypes.set(typeName, type as unknown as HandleType);
  byPrototype = new WeakMap();
  registrations++;
}

/** Rises with each registration: what was found out about prototypes before may have changed. */
export function handleRegistrations(): number {
  return registrations;
}

/** The name of an object's type of handle; undefined when it has none. */
export function handleTypeName(object: object): string | undefined {
  // What a Proxy answers about its prototype says nothing about others with that prototype.
  if (isProxy(object)) return typeNameOf(object) || undefined;
  const prototype = Object.getPrototypeOf(object) as object | null;
  if (prototype === null) return undefined;
  let name = byPrototype.get(prototype);
  if (name === undefined) {
    name = typeNameOf(object);
    byPrototype.set(prototype, name);
  }
  return name === NONE ? undefined : name;
}

function typeNameOf(object: object): string {
  for (const [typeName, type] of handleTypes) if (type.is(object)) return typeName;
  return NONE;
}

/** Each copy of the package says here which objects are its own. */
const COPIES = Symbol.for("manyhands.handles");
const place = globalThis as { [COPIES]?: ((object: object) => boolean)[] };
const isHandleHere = (object: object): boolean => typeNameOf(object) !== NONE;
(place[COPIES] ??= []).push(isHandleHere);

/** Whether objects with this prototype are handles of another copy of the package. */
export function isOfOtherCopy(prototype: object): boolean {
  const object = Object.create(prototype) as object;
  return place[COPIES]!.some((isHandle) => isHandle !== isHandleHere && isHandle(object));
}

let loadMissing: (() => void) | undefined;

/** Has `load` called when a type turns up that is not registered: it may register it. */
export function whenHandleUnknown(load: () => void): void {
  loadMissing = load;
}

export function handleType(typeName: string): HandleType | undefined {
  const type = handleTypes.get(typeName);
  if (type !== undefined || loadMissing === undefined) return type;
  loadMissing();
  return handleTypes.get(typeName);
}

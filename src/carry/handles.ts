/**
 * Objects that cross by name or number instead of by content: locks, queues, connections and the
 * like, whose state lives in shared memory or behind a channel. Each of them registers here how to
 * say "that one" and how to make "that one" again, so passing a lock is passing a number.
 */
import type { Destination } from "./destination.ts";

export interface HandleContext {
  readonly destination: Destination;
}

/** One type of shareable object. */
export interface HandleType<T extends object = object, V = unknown> {
  /** Whether an object is of this type. Asked once for each prototype, so it must go by class. */
  is(value: object): value is T;
  /**
   * What the receiver needs: any value that can itself be sent (numbers, names, shared buffers,
   * other handles). Throws a `Refusal` or a PicklingError where the object cannot go, naming the
   * class to use instead. Undefined leaves the object to the codec, as if it were not registered.
   */
  toHandle(object: T, context: HandleContext): V | undefined;
  /** The object at the receiver; the same one each time where identity matters. */
  fromHandle(value: V, context: HandleContext): T;
}

const types = new Map<string, HandleType>();
const NONE = "";
let byPrototype = new WeakMap<object, string>();

/**
 * Makes a type of object shareable. The name is the same in every thread and process; registering
 * it again replaces the type.
 */
export function registerHandle<T extends object, V>(
  typeName: string,
  type: HandleType<T, V>,
): void {
  types.set(typeName, type as unknown as HandleType);
  byPrototype = new WeakMap();
}

/** The name of an object's type of handle; undefined when it has none. */
export function handleTypeName(object: object): string | undefined {
  const prototype = Object.getPrototypeOf(object) as object | null;
  if (prototype === null) return undefined;
  let name = byPrototype.get(prototype);
  if (name === undefined) {
    name = NONE;
    for (const [typeName, type] of types) if (type.is(object)) name = typeName;
    byPrototype.set(prototype, name);
  }
  return name === NONE ? undefined : name;
}

export function handleType(typeName: string): HandleType | undefined {
  return types.get(typeName);
}

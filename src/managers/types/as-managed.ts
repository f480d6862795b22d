/**
 * Results of methods as objects of SyncManager's types, which is what `methodToTypeId` asks for.
 *
 * An array, a Map, a Set or an object becomes a list, dict, set or Namespace over itself: what
 * clients change is changed in it. The same one gives the same object each time.
 */
import { hasFields, isIterable, kindOf } from "./contents.ts";
import { ManagedDict } from "./dict.ts";
import { ManagedList } from "./list.ts";
import { ManagedNamespace } from "./namespace.ts";
import { ManagedSet } from "./set.ts";

type Making = (value: unknown) => object | undefined;

/** What was made over what, by the name of the type. */
const made = new Map<string, WeakMap<object, object>>();

function once<T extends object>(typeId: string, value: T, make: (value: T) => object): object {
  let ofType = made.get(typeId);
  if (ofType === undefined) made.set(typeId, (ofType = new WeakMap()));
  let found = ofType.get(value);
  if (found === undefined) ofType.set(value, (found = make(value)));
  return found;
}

const makings: Readonly<Record<string, Making>> = {
  list(value) {
    if (Array.isArray(value)) return once("list", value, (data) => ManagedList.over(data));
    return isIterable(value) ? new ManagedList(value) : undefined;
  },
  dict(value) {
    if (value instanceof Map) return once("dict", value, (data) => ManagedDict.over(data));
    if (isIterable(value)) return new ManagedDict(value as Iterable<[unknown, unknown]>);
    return overFields("dict", value, (data) => ManagedDict.over(data));
  },
  set(value) {
    if (value instanceof Set) return once("set", value, (data) => ManagedSet.over(data));
    return isIterable(value) ? new ManagedSet(value) : undefined;
  },
  Namespace: (value) => overFields("Namespace", value, (data) => ManagedNamespace.over(data)),
};

function overFields(
  typeId: string,
  value: unknown,
  make: (value: object) => object,
): object | undefined {
  return hasFields(value) ? once(typeId, value, make) : undefined;
}

/**
 * The object that stands for a result under a type of SyncManager's.
 * @param exposed what such an object has: one that has it all is taken as it is
 * @throws TypeError for what cannot be one
 */
export function asManaged(value: unknown, typeId: string, exposed: readonly string[]): object {
  if (typeof value === "object" && value !== null && exposed.every((name) => name in value)) {
    return value;
  }
  const found = makings[typeId]?.(value);
  if (found !== undefined) return found;
  throw new TypeError(
    `the result is to stay here as a ${typeId}, and ${kindOf(value)} cannot be one; ` +
      `answer an object of the class, managed.${typeId}`,
  );
}

/** Deep equality of two graphs that leaves nothing out: what the codec promises to keep. */
import { types } from "node:util";

function inside(value: object): unknown[] {
  if (types.isDate(value)) return [value.getTime()];
  if (types.isRegExp(value)) return [value.source, value.flags];
  if (types.isMap(value)) return [...value].flat();
  if (types.isSet(value)) return [...value];
  if (types.isBoxedPrimitive(value)) return [value.valueOf()];
  if (types.isAnyArrayBuffer(value)) return [...new Uint8Array(value)];
  if (Buffer.isBuffer(value)) return [...value];
  if (ArrayBuffer.isView(value)) return [value.buffer, value.byteOffset, value.byteLength];
  if (value instanceof URL) return [value.href];
  return [];
}

/** Where two graphs differ, as a path; undefined when they do not. */
export function difference(left: unknown, right: unknown): string | undefined {
  const forth = new Map<object, unknown>();
  const back = new Map<unknown, object>();
  const compare = (a: unknown, b: unknown, path: string): string | undefined => {
    if (typeof a !== "object" || a === null) return Object.is(a, b) ? undefined : path;
    if (typeof b !== "object" || b === null) return path;
    if (forth.has(a) || back.has(b)) return forth.get(a) === b ? undefined : `${path} (identity)`;
    forth.set(a, b);
    back.set(b, a);
    if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return `${path} (prototype)`;
    if (Object.isFrozen(a) !== Object.isFrozen(b)) return `${path} (frozen)`;
    if (Object.isSealed(a) !== Object.isSealed(b)) return `${path} (sealed)`;
    if (Object.isExtensible(a) !== Object.isExtensible(b)) return `${path} (extensible)`;
    return compareContents(a, b, path);
  };
  const compareContents = (a: object, b: object, path: string): string | undefined => {
    const [insideA, insideB] = [inside(a), inside(b)];
    if (insideA.length !== insideB.length) return `${path} (contents)`;
    for (const [i, item] of insideA.entries()) {
      const found = compare(item, insideB[i], `${path}<${i}>`);
      if (found !== undefined) return found;
    }
    return compareProperties(a, b, path);
  };
  const compareProperties = (a: object, b: object, path: string): string | undefined => {
    const [keys, others] = [Reflect.ownKeys(a), Reflect.ownKeys(b)];
    const isError = types.isNativeError(a);
    const sameKeys =
      keys.length === others.length && keys.every((key, i) => isError || key === others[i]);
    if (!sameKeys)
      return `${path} (keys ${keys.map(String).join()} / ${others.map(String).join()})`;
    for (const key of keys) {
      const step = `${path}.${String(key)}`;
      if (isError && key === "stack") {
        if ((a as Error).stack !== (b as Error).stack) return step;
        continue;
      }
      const before = Object.getOwnPropertyDescriptor(a, key)!;
      const after = Object.getOwnPropertyDescriptor(b, key);
      if (after === undefined) return step;
      for (const flag of ["enumerable", "configurable", "writable"] as const) {
        if (before[flag] !== after[flag]) return `${step} (${flag})`;
      }
      const found = compare(before.value, after.value, step);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return compare(left, right, "value");
}

/** Calling a method, or using a property, of an object in the server, where that is allowed. */
import type { Entry } from "./object-table.ts";

/** @throws TypeError for what is not exposed */
export function invoke(entry: Entry, method: string, args: readonly unknown[]): unknown {
  const object = entry.object as Record<string, unknown>;
  if (entry.methods.has(method)) {
    const found = object[method];
    if (typeof found === "function") return Reflect.apply(found, object, args);
  }
  if (method.startsWith(".")) {
    const name = method.slice(1);
    if (entry.properties.has(name)) return property(entry, name, args);
    if (entry.methods.has(name)) throw new TypeError(`${entry.typeId}.${name} is a method`);
    throw notExposed(entry, name);
  }
  // Asked for as a method: the property's name with parentheses.
  if (entry.properties.has(method)) return property(entry, method, args);
  throw notExposed(entry, method);
}

function property(entry: Entry, name: string, args: readonly unknown[]): unknown {
  const object = entry.object as Record<string, unknown>;
  // Looked for at each use: a field may be there only once something was computed.
  if (!(name in object)) {
    throw new TypeError(`${entry.typeId}.${name} is exposed, but this object has no such thing`);
  }
  if (args.length === 0) return object[name];
  if (!Reflect.set(object, name, args[0])) {
    throw new TypeError(`property ${name} can only be read`);
  }
  return undefined;
}

function notExposed({ typeId, methods, properties }: Entry, name: string): TypeError {
  const known = [...methods, ...properties].slice(0, 12).join(", ");
  const more = methods.size + properties.size > 12 ? ", …" : "";
  return new TypeError(`${typeId}.${name} is not exposed; there are: ${known}${more}`);
}

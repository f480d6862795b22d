/** Map and Set, in their order. */
import { types } from "node:util";
import * as tag from "../tags.ts";
import type { Kind } from "./kind.ts";

export const mapKind: Kind<Map<unknown, unknown>> = {
  tag: tag.MAP,
  name: "Map",
  types: [Map],
  is: (value): value is Map<unknown, unknown> => types.isMap(value),
  prototypeOf: () => Map.prototype,
  encode(value, writer) {
    // A copy, because a hook that runs meanwhile could change the map.
    const entries = [...Map.prototype.entries.call(value)];
    writer.out.varint(entries.length);
    for (let i = 0; i < entries.length; i++) {
      const [key, item] = entries[i]!;
      writer.within(() => `<key ${i}>`, key);
      writer.within(() => `.get(${described(key, i)})`, item);
    }
  },
  decode(reader, id) {
    const value = new Map<unknown, unknown>();
    reader.define(id, value);
    const count = reader.in.count(2);
    for (let i = 0; i < count; i++) value.set(reader.value(), reader.value());
    return value;
  },
};

export const setKind: Kind<Set<unknown>> = {
  tag: tag.SET,
  name: "Set",
  types: [Set],
  is: (value): value is Set<unknown> => types.isSet(value),
  prototypeOf: () => Set.prototype,
  encode(value, writer) {
    const items = [...Set.prototype.values.call(value)];
    writer.out.varint(items.length);
    for (let i = 0; i < items.length; i++) writer.within(() => `<item ${i}>`, items[i]);
  },
  decode(reader, id) {
    const value = new Set<unknown>();
    reader.define(id, value);
    const count = reader.in.count();
    for (let i = 0; i < count; i++) value.add(reader.value());
    return value;
  },
};

function described(key: unknown, index: number): string {
  if (typeof key === "string") return JSON.stringify(key);
  return typeof key === "number" ? String(key) : `<key ${index}>`;
}

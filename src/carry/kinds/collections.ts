/** Map and Set, in their order. */
import { types } from "node:util";
import * as tag from "../tags.ts";
import type { Kind } from "./kind.ts";

export const mapKind: Kind<Map<unknown, unknown>> = {
  tag: tag.MAP,
  name: "Map",
  is: (value): value is Map<unknown, unknown> => types.isMap(value),
  prototypeOf: () => Map.prototype,
  encode(value, encoder) {
    // A copy, because a hook that runs meanwhile could change the map.
    const entries = [...Map.prototype.entries.call(value)];
    encoder.out.varint(entries.length);
    for (const [index, [key, item]] of entries.entries()) {
      encoder.within(`<key ${index}>`, key);
      encoder.within(`.get(${described(key, index)})`, item);
    }
  },
  decode(decoder, id) {
    const value = new Map<unknown, unknown>();
    decoder.define(id, value);
    const count = decoder.in.count(2);
    for (let i = 0; i < count; i++) value.set(decoder.value(), decoder.value());
    return value;
  },
};

export const setKind: Kind<Set<unknown>> = {
  tag: tag.SET,
  name: "Set",
  is: (value): value is Set<unknown> => types.isSet(value),
  prototypeOf: () => Set.prototype,
  encode(value, encoder) {
    const items = [...Set.prototype.values.call(value)];
    encoder.out.varint(items.length);
    for (const [index, item] of items.entries()) encoder.within(`<item ${index}>`, item);
  },
  decode(decoder, id) {
    const value = new Set<unknown>();
    decoder.define(id, value);
    const count = decoder.in.count();
    for (let i = 0; i < count; i++) value.add(decoder.value());
    return value;
  },
};

function described(key: unknown, index: number): string {
  if (typeof key === "string") return JSON.stringify(key);
  return typeof key === "number" ? String(key) : `<key ${index}>`;
}

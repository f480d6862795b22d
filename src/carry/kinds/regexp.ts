import { types } from "node:util";
import * as tag from "../tags.ts";
import type { Kind } from "./kind.ts";

/** A RegExp: source, flags and the place where its next match begins. */
export const regexpKind: Kind<RegExp> = {
  tag: tag.REGEXP,
  name: "RegExp",
  types: [RegExp],
  is: (value): value is RegExp => types.isRegExp(value),
  prototypeOf: () => RegExp.prototype,
  extraKeys: (value) => Reflect.ownKeys(value).filter((key) => key !== "lastIndex"),
  encode(value, writer) {
    writer.out.string(value.source);
    writer.out.string(value.flags);
    writer.within(".lastIndex", value.lastIndex);
  },
  decode(reader, id) {
    const value = reader.building(() => new RegExp(reader.in.string(), reader.in.string()));
    reader.define(id, value);
    value.lastIndex = reader.value() as number;
    return value;
  },
};

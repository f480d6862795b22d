import { types } from "node:util";
import * as tag from "../tags.ts";
import type { Kind } from "./kind.ts";

/** A RegExp: source, flags and the place where its next match begins. */
export const regexpKind: Kind<RegExp> = {
  tag: tag.REGEXP,
  name: "RegExp",
  is: (value): value is RegExp => types.isRegExp(value),
  prototypeOf: () => RegExp.prototype,
  extraKeys: (value) => Reflect.ownKeys(value).filter((key) => key !== "lastIndex"),
  encode(value, encoder) {
    encoder.out.string(value.source);
    encoder.out.string(value.flags);
    encoder.within(".lastIndex", value.lastIndex);
  },
  decode(decoder, id) {
    const value = decoder.building(() => new RegExp(decoder.in.string(), decoder.in.string()));
    decoder.define(id, value);
    value.lastIndex = decoder.value() as number;
    return value;
  },
};

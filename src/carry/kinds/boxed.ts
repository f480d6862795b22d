import { types } from "node:util";
import * as tag from "../tags.ts";
import type { Kind } from "./kind.ts";

const valueOf = (value: object): unknown => {
  if (types.isNumberObject(value)) return Number.prototype.valueOf.call(value);
  if (types.isStringObject(value)) return String.prototype.valueOf.call(value);
  if (types.isBooleanObject(value)) return Boolean.prototype.valueOf.call(value);
  if (types.isBigIntObject(value)) return BigInt.prototype.valueOf.call(value);
  return Symbol.prototype.valueOf.call(value);
};

/** `new Number(1)`, `Object("text")` and their like: the primitive inside. */
export const boxedKind: Kind = {
  tag: tag.BOXED,
  name: "Object",
  is: (value): value is object => types.isBoxedPrimitive(value),
  prototypeOf: (value) => Object.getPrototypeOf(Object(valueOf(value)) as object) as object,
  extraKeys(value) {
    const covered = types.isStringObject(value) ? String.prototype.valueOf.call(value).length : -1;
    return Reflect.ownKeys(value).filter(
      (key) => !(typeof key === "string" && (key === "length" || Number(key) < covered)),
    );
  },
  encode: (value, writer) => writer.value(valueOf(value)),
  decode(reader) {
    const value = reader.value();
    if (typeof value === "object" || value === undefined || typeof value === "function") {
      throw reader.in.damaged("a boxed value is not primitive");
    }
    return Object(value) as object;
  },
};

import { types } from "node:util";
import * as tag from "../tags.ts";
import type { Kind } from "./kind.ts";

/** A Date: its time value, NaN when invalid. */
export const dateKind: Kind<Date> = {
  tag: tag.DATE,
  name: "Date",
  is: (value): value is Date => types.isDate(value),
  prototypeOf: () => Date.prototype,
  encode: (value, encoder) => encoder.out.float64(Date.prototype.getTime.call(value)),
  decode: (decoder) => new Date(decoder.in.float64()),
};

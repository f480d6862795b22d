import { types } from "node:util";
import * as tag from "../tags.ts";
import type { Kind } from "./kind.ts";

/** A Date: its time value, NaN when invalid. */
export const dateKind: Kind<Date> = {
  tag: tag.DATE,
  name: "Date",
  types: [Date],
  is: (value): value is Date => types.isDate(value),
  prototypeOf: () => Date.prototype,
  encode: (value, writer) => writer.out.float64(Date.prototype.getTime.call(value)),
  decode: (reader) => new Date(reader.in.float64()),
};

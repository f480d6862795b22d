/** JSON through bytes: no undefined, bigint, Map, Date, cycles, errors or functions. */
import { measuresOf } from "../messages.js";

export const { message, number, text, list, result, wide, records, numbers, manyNumbers, words } =
  measuresOf(() => (value) => JSON.parse(Buffer.from(JSON.stringify(value)).toString()) as unknown);

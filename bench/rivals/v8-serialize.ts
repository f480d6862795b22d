import { deserialize, serialize } from "node:v8";
import { measuresOf } from "../messages.js";

export const { message, number, text, list, result, wide, records, numbers, manyNumbers, words } =
  measuresOf(() => (value) => deserialize(serialize(value)) as unknown);

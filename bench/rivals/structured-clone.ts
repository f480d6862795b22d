import { measuresOf } from "../messages.js";

export const { message, number, text, list, result, wide, records, numbers, manyNumbers, words } =
  measuresOf(() => (value) => structuredClone(value));

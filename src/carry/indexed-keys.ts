/**
 * Own properties of arrays and typed arrays other than their elements, which JavaScript offers no
 * direct way to list: `Reflect.ownKeys` makes a string for every index. For long ones we look at
 * `util.inspect` first, which asks V8 for just those and shows them behind the (hidden) elements;
 * when it shows nothing, there is nothing.
 */
import { inspect } from "node:util";

/** From this length on, listing the keys takes longer than looking at what `inspect` shows. */
const LONG = 40;
const NONE: readonly string[] = [];

export const isIndex = (key: string | symbol): boolean =>
  typeof key === "string" && /^(0|[1-9]\d*)$/.test(key) && Number(key) < 2 ** 32 - 1;

/** Whether a long array certainly has no properties beside its elements. */
function looksBare(value: object, length: number): boolean {
  const shown = inspect(value, {
    depth: 0,
    maxArrayLength: 0,
    customInspect: false,
    showHidden: Array.isArray(value),
    breakLength: Infinity,
    compact: 3,
  });
  const hidden = `... ${length} more items`;
  const at = shown.indexOf(`[ ${hidden}`);
  const rest = at < 0 ? "" : shown.slice(at + 2 + hidden.length);
  return rest === " ]" || rest === `, [length]: ${length} ]`;
}

/** The same for a short one: its keys are the indices, and for an array `length` behind them. */
function isBare(value: object, length: number): boolean {
  const keys = Reflect.ownKeys(value);
  if (keys.length === length) return !Array.isArray(value);
  return keys.length === length + 1 && keys[length] === "length";
}

/** The own keys of an array or typed array of `length` elements, without indices and `length`. */
export function extraKeysOfIndexed(value: object, length: number): readonly (string | symbol)[] {
  if (length < LONG) {
    if (isBare(value, length)) return NONE;
  } else if (Object.getOwnPropertySymbols(value).length === 0 && looksBare(value, length)) {
    return NONE;
  }
  return Reflect.ownKeys(value).filter((key) => key !== "length" && !isIndex(key));
}

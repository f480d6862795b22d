/** Checks of options that many calls share. */
import { checkNames, COMMON_NAMES, type OptionNames } from "./option-names.ts";

/**
 * Whether what a caller gave may be options: lists, bytes, maps, promises and a bare signal are
 * arguments in a wrong place.
 * @throws TypeError for an option by another name than it has here
 */
export function areOptions(given: unknown, names: OptionNames = COMMON_NAMES): given is object {
  if (!isRecord(given)) return false;
  checkNames(given, names);
  return true;
}

/** @throws TypeError for what are no options */
export function checkIsOptions(options: unknown, names?: OptionNames): void {
  if (!areOptions(options, names))
    throw new TypeError(`options must be an object, not ${shownKind(options)}`);
}

/** @throws TypeError for what is given and neither true nor false */
export function checkFlag(value: unknown, name: string): void {
  if (value !== undefined && typeof value !== "boolean")
    throw new TypeError(`${name} must be true or false, not ${shownKind(value)}`);
}

/** Whether something is an object of fields, and no array, Map, Date or the like. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return false;
  if (Object.getPrototypeOf(value) === Object.prototype) return true;
  const tag = Object.prototype.toString.call(value);
  return tag === "[object Object]" || tag === "[object Module]";
}

/** What was given, for messages: a value by itself, an object by its kind. */
export function shownKind(value: unknown): string {
  if (typeof value === "function") return "a function";
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value !== "object" || value === null) return String(value);
  if (Array.isArray(value)) return "an array";
  const tag = Object.prototype.toString.call(value).slice("[object ".length, -1);
  const type: unknown = tag === "Object" ? Reflect.get(value, "constructor") : undefined;
  const kind = typeof type === "function" && type.name !== "" ? type.name : tag;
  if (kind === "Object") return "an object";
  return `${/^[AEIOU]/.test(kind) ? "an" : "a"} ${kind}`;
}

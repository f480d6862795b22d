/**
 * Errors: the class by its name where every receiver has it (the language's and this library's),
 * else by carrying it; the stack as text; message, cause, errors, code and all other fields as the
 * own properties that they are.
 */
import { types } from "node:util";
import { withoutStack } from "../../core/without-stack.ts";
import * as ours from "../../errors.ts";
import { constructorOf, isNative } from "../prototypes.ts";
import * as tag from "../tags.ts";
import type { Kind } from "./kind.ts";

const BRAND = "manyhands.error.";
const classes = new Map<string, { readonly prototype: object }>();
for (const type of [
  Error,
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
  AggregateError,
  ...Object.values(ours),
]) {
  classes.set(type.name, type);
}
const names = new Map<object, string>();
for (const [name, type] of classes) names.set(type.prototype, name);

/**
 * The name of a class that every receiver has. That of another realm (`node:vm`) counts, and that
 * of another copy of this package, by its brand.
 */
function nameOf(prototype: object): string | undefined {
  const name = names.get(prototype);
  if (name !== undefined) return name;
  const type = constructorOf(prototype);
  if (type !== undefined && isNative(type) && classes.has(type.name)) return type.name;
  for (const symbol of Object.getOwnPropertySymbols(prototype)) {
    const key = Symbol.keyFor(symbol);
    if (key?.startsWith(BRAND) === true && classes.has(key.slice(BRAND.length))) {
      return key.slice(BRAND.length);
    }
  }
  return undefined;
}

function knownName(error: object): string {
  let prototype = Object.getPrototypeOf(error) as object | null;
  for (; prototype !== null; prototype = Object.getPrototypeOf(prototype) as object | null) {
    const name = nameOf(prototype);
    if (name !== undefined) return name;
  }
  return "Error";
}

/** Whether a value is an error of any kind. */
export function isError(value: unknown): value is Error {
  return types.isNativeError(value) || value instanceof DOMException;
}

/** An Error object without the cost of a stack trace. */
export function bareError(prototype: object): Error {
  const error = withoutStack(() => new Error());
  if (prototype !== Error.prototype) Object.setPrototypeOf(error, prototype);
  return error;
}

export const errorKind: Kind<Error> = {
  tag: tag.ERROR,
  name: "Error",
  types: [...classes.values()],
  is: (value): value is Error => types.isNativeError(value),
  prototypeOf(value) {
    const prototype = Object.getPrototypeOf(value) as object | null;
    if (prototype !== null && nameOf(prototype) !== undefined) return prototype;
    return classes.get(knownName(value))!.prototype;
  },
  extraKeys: (value) => Reflect.ownKeys(value).filter((key) => key !== "stack"),
  encode(value, writer) {
    writer.out.string(knownName(value));
    const stack: unknown = Object.hasOwn(value, "stack") ? value.stack : undefined;
    writer.value(typeof stack === "string" ? stack : undefined);
  },
  decode(reader, id) {
    const type = classes.get(reader.in.string());
    if (type === undefined) throw reader.in.damaged("an unknown class of error");
    const value = bareError(type.prototype);
    reader.define(id, value);
    const stack = reader.value();
    if (typeof stack === "string") {
      Object.defineProperty(value, "stack", { value: stack, writable: true, configurable: true });
    } else delete value.stack;
    return value;
  },
};

/** A DOMException: message, name (its code follows from it) and stack. */
export const domExceptionKind: Kind<DOMException> = {
  tag: tag.DOM_EXCEPTION,
  name: "DOMException",
  types: [DOMException],
  is: (value): value is DOMException => value instanceof DOMException,
  prototypeOf: () => DOMException.prototype,
  extraKeys: (value) =>
    Reflect.ownKeys(value).filter(
      (key) => key !== "stack" && (typeof key === "string" || Symbol.keyFor(key) !== undefined),
    ),
  encode(value, writer) {
    writer.out.string(value.message);
    writer.out.string(value.name);
    writer.out.string(typeof value.stack === "string" ? value.stack : "");
  },
  decode(reader) {
    const value = new DOMException(reader.in.string(), reader.in.string());
    const stack = reader.in.string();
    Object.defineProperty(value, "stack", { value: stack, writable: true, configurable: true });
    return value;
  },
};

/**
 * The properties of a function or class that its source does not make: fields set on a function,
 * a class's static fields as they are now, methods added to a prototype later.
 */
import type { OwnProperty } from "../../function-carrier.ts";
import type { FunctionSource } from "./function-source.ts";
import { functionsOf } from "./property-functions.ts";

const MADE_BY_SOURCE = new Set<string | symbol>(["length", "name", "arguments", "caller"]);

/** Own properties of `fn` to define on a copy of it. */
export function ownProperties(fn: Function, source: FunctionSource): OwnProperty[] {
  const methods = source.classSource?.methods;
  const found: OwnProperty[] = [];
  for (const key of Reflect.ownKeys(fn)) {
    const isName = key === "name" && source.classSource?.setsName === true;
    if (MADE_BY_SOURCE.has(key) && !isName) continue;
    const descriptor = Object.getOwnPropertyDescriptor(fn, key)!;
    if (key === "prototype" && isUsualPrototype(fn, descriptor.value)) continue;
    if (methods === undefined || !isMadeBy(methods, descriptor)) found.push([key, descriptor]);
  }
  return found;
}

/** Properties of `fn.prototype` to define on the copy's; none where the prototype was replaced. */
export function prototypeProperties(fn: Function, source: FunctionSource): OwnProperty[] {
  const prototype = Object.getOwnPropertyDescriptor(fn, "prototype")?.value as object | undefined;
  if (prototype === undefined || !isUsualPrototype(fn, prototype)) return [];
  const methods = source.classSource?.methods;
  return Reflect.ownKeys(prototype)
    .filter((key) => key !== "constructor")
    .map((key): OwnProperty => [key, Object.getOwnPropertyDescriptor(prototype, key)!])
    .filter(([, descriptor]) => methods === undefined || !isMadeBy(methods, descriptor));
}

/** The number of properties that could be added later: what a cached description is good for. */
export function propertyCount(fn: Function): number {
  const prototype = Object.getOwnPropertyDescriptor(fn, "prototype")?.value as unknown;
  const holds = typeof prototype === "object" && prototype !== null;
  const inherited = holds ? Reflect.ownKeys(prototype).length : 0;
  return Reflect.ownKeys(fn).length + inherited;
}

/** Whether the prototype is the object that came with the function. */
function isUsualPrototype(fn: Function, prototype: unknown): boolean {
  if (typeof prototype !== "object" || prototype === null) return false;
  const maker = Object.getOwnPropertyDescriptor(prototype, "constructor");
  if (maker !== undefined) return maker.value === fn;
  return /^(?:async\s+)?(?:function\s*)?\*|^async\s*\*/.test(Function.prototype.toString.call(fn));
}

function isMadeBy(methods: ReadonlySet<string>, descriptor: PropertyDescriptor): boolean {
  const functions = functionsOf(descriptor);
  return (
    functions.length > 0 &&
    functions.every((part) => methods.has(Function.prototype.toString.call(part)))
  );
}

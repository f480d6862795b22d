/**
 * Finds the class that a method belongs to, so that it can be named through the class. V8 does not
 * tell a method's home; the classes that it can see, and that of a bound `this`, are searched.
 */
import type { MemberDescription } from "../../function-carrier.ts";
import { peek, type Surroundings } from "../inspector/surroundings.ts";

const ownersByBinding = new WeakMap<Function, MemberDescription>();

/** The member that `fn` is, of a class within sight or of one that a bound `this` gave away. */
export function memberOf(fn: Function, around: Surroundings): MemberDescription | undefined {
  const known = ownersByBinding.get(fn);
  if (known !== undefined) return known;
  for (const variables of [...around.inner, ...around.top.layers]) {
    for (const name of Object.keys(variables)) {
      const value = peek(variables, name);
      if (typeof value !== "function" || value === fn) continue;
      const found = memberIn(value, fn) ?? memberIn(prototypeOf(value), fn);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** Notes which class a method came from that was bound to an instance of it. */
export function learnOwner(method: Function, self: unknown): void {
  if (typeof self !== "object" || self === null || ownersByBinding.has(method)) return;
  let proto = Object.getPrototypeOf(self) as object | null;
  for (; proto !== null && proto !== Object.prototype; proto = Object.getPrototypeOf(proto)) {
    const found = isClassPrototype(proto) ? memberIn(proto, method) : undefined;
    if (found === undefined) continue;
    ownersByBinding.set(method, found);
    return;
  }
}

function isClassPrototype(proto: object): boolean {
  const maker = Object.getOwnPropertyDescriptor(proto, "constructor")?.value as unknown;
  return typeof maker === "function" && prototypeOf(maker) === proto;
}

function prototypeOf(fn: Function): object | undefined {
  const prototype = Object.getOwnPropertyDescriptor(fn, "prototype")?.value as unknown;
  return typeof prototype === "object" && prototype !== null ? prototype : undefined;
}

function memberIn(owner: object | undefined, fn: Function): MemberDescription | undefined {
  if (owner === undefined) return undefined;
  for (const key of Reflect.ownKeys(owner)) {
    if (key === "constructor" || key === "prototype") continue;
    const descriptor = Object.getOwnPropertyDescriptor(owner, key)!;
    for (const part of ["value", "get", "set"] as const) {
      if (descriptor[part] === fn) return { kind: "member", owner, key, part };
    }
  }
  return undefined;
}

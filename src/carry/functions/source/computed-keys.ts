/** What the computed keys of a class's methods came to, as source text. */
import { Refusal } from "../../refusal.ts";
import type { ComputedMember } from "./class-source.ts";
import type { FunctionSource } from "./function-source.ts";
import { functionsOf } from "./property-functions.ts";

/** The keys in the order of `ClassSource.computed`. */
export function computedKeys(fn: Function, source: FunctionSource): string[] {
  return (source.classSource?.computed ?? []).map((member) => keyText(keyOf(fn, member)));
}

function keyOf(fn: Function, { text, isStatic }: ComputedMember): string | symbol {
  const owner = (isStatic ? fn : fn.prototype) as object;
  for (const key of Reflect.ownKeys(owner)) {
    const parts = functionsOf(Object.getOwnPropertyDescriptor(owner, key)!);
    if (parts.some((part) => Function.prototype.toString.call(part) === text)) return key;
  }
  const [line] = text.split("\n");
  throw new Refusal(`its method with a computed key was replaced since (${line!})`);
}

function keyText(key: string | symbol): string {
  if (typeof key === "string") return JSON.stringify(key);
  const registered = Symbol.keyFor(key);
  if (registered !== undefined) return `Symbol.for(${JSON.stringify(registered)})`;
  for (const name of Object.getOwnPropertyNames(Symbol)) {
    if ((Symbol as unknown as Record<string, unknown>)[name] === key) return `Symbol.${name}`;
  }
  throw new Refusal(
    `the key of one of its methods is a unique symbol (${String(key)}); use Symbol.for(name)`,
  );
}

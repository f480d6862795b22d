/**
 * Built-in functions of other realms, which are contexts of `node:vm`: test runners run a program
 * in such. They have the names that their like have here.
 */
import { constructorOf, isNative, isStandard } from "../../prototypes.ts";

type Path = readonly string[];
type Names = ReadonlyMap<object, Path>;

/** By that realm's `Function`. */
const realms = new WeakMap<Function, Names>();

/** @param ours the names of what this realm has */
export function nameInOtherRealm(value: object, ours: Names): Path | undefined {
  if (typeof value !== "function") return undefined;
  const maker = functionOf(value);
  if (maker === undefined || maker === Function || !isNative(value)) return undefined;
  let names = realms.get(maker);
  if (names === undefined) realms.set(maker, (names = namesIn(maker, ours)));
  return names.get(value);
}

/** `Function` of the realm of a function that inherits from its prototype. */
function functionOf(value: Function): Function | undefined {
  let step = Object.getPrototypeOf(value) as object | null;
  while (step !== null && !isStandard(step, "Function")) {
    step = Object.getPrototypeOf(step) as object | null;
  }
  return step === null ? undefined : constructorOf(step);
}

function namesIn(maker: Function, ours: Names): Names {
  const names = new Map<object, Path>();
  let globals: unknown;
  try {
    globals = (maker("return globalThis") as () => unknown)();
  } catch {
    return names; // it allows no code to be made of strings
  }
  for (const path of ours.values()) {
    const value = path.reduce(step, globals);
    if (typeof value === "function" && !names.has(value)) names.set(value, path);
  }
  return names;
}

/** Runs no getter, as `builtin-names.ts` does not. */
function step(owner: unknown, key: string): unknown {
  if ((typeof owner !== "object" && typeof owner !== "function") || owner === null)
    return undefined;
  if (key === "__proto__") return Object.getPrototypeOf(owner) as unknown;
  return Object.getOwnPropertyDescriptor(owner, key)?.value as unknown;
}

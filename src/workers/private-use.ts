/**
 * Whether the `run` method of a thread's or process's class can work elsewhere. The object is made
 * again there from its class and its fields; `#private` fields and methods are no part of these,
 * since nobody outside of the class can read them, and only a constructor could add them.
 */
import { functionSource } from "../carry/functions/source/function-source.ts";
import { staticPrivates } from "../carry/prototypes.ts";

/** The first `#private` field or method that `run` uses, without the `#`. */
export function privateUse(self: object): string | undefined {
  const { run } = self as { run: Function };
  if (!Function.prototype.toString.call(run).includes("#")) return undefined;
  const used = functionSource(run)?.free.privates ?? [];
  const type = ownerOf(self, run);
  // Those of the class itself travel with it.
  const ofClass = type === undefined ? new Set() : staticPrivates(type);
  return [...used].find((name) => !ofClass.has(name));
}

function ownerOf(self: object, run: Function): Function | undefined {
  let step = Object.getPrototypeOf(self) as object | null;
  while (step !== null && Object.getOwnPropertyDescriptor(step, "run")?.value !== run)
    step = Object.getPrototypeOf(step) as object | null;
  return step?.constructor;
}

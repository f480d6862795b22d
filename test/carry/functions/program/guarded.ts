/** A script with a guard, sent by reference to itself: Python's way. */
import { fileURLToPath } from "node:url";
import { cases } from "./report.ts";

let calls = 0;

function counted(): number {
  return ++calls;
}

class Thing {
  readonly x = 1;
}

export function isThing(value: unknown): boolean {
  return value instanceof Thing;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { gives, finish } = cases(undefined, { importMain: true });
  await gives("a function by reference", isThing, [new Thing()], true);
  await gives("a hidden one, of a module that is there", counted, [], 1);
  await gives("the module's state there", counted, [], 2);
  await gives("a closure, with the variable as it is here", () => counted() + calls, [], 3);
  await finish();
}

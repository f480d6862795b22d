/**
 * Whether the variables that a function captured hold for ever what they hold now. Then what they
 * hold need not be asked of the inspector again, though its contents may change.
 */
import type { Capture, SourceDescription } from "../function-carrier.ts";
import { isFixedName } from "./fixed-names.ts";
import { ImportedBinding } from "./imported-binding.ts";

/** Whether no captured variable changes any more, as far as its file tells. */
export function hasFixedCaptures(fn: Function, description: SourceDescription): boolean {
  const { captures, environment, url } = description;
  const source = Function.prototype.toString.call(fn);
  const isFixed = ([name, value]: Capture): boolean =>
    // Where a variable without a value reads as undefined, it may still get one.
    value !== undefined &&
    ((value instanceof ImportedBinding && value.header.cjs !== true) ||
      isFixedName(url, source, name));
  if (!captures.every(isFixed)) return false;
  // What no scope of the file holds was found on the global object, where anybody may set it.
  return (environment?.captures ?? []).every(
    (capture) => !Object.hasOwn(globalThis, capture[0]) && isFixed(capture),
  );
}

/**
 * Whether the variables that a function captured hold for ever what they hold now. Then what they
 * hold need not be asked of the inspector again, though its contents may change.
 */
import type { SourceDescription } from "../function-carrier.ts";
import { isFixedName, isWorthReading } from "./fixed-names.ts";
import { ImportedBinding } from "./imported-binding.ts";

/**
 * Whether no captured variable changes any more, as far as its file tells; undefined as long as the
 * file has not been read, which is put off until it pays.
 */
export function hasFixedCaptures(
  fn: Function,
  { captures, environment, url }: SourceDescription,
): boolean | undefined {
  const outer = environment?.captures ?? [];
  // What no scope of the file holds was found on the global object, where anybody may set it.
  if (outer.some(([name]) => Object.hasOwn(globalThis, name))) return false;
  const variables = [...captures, ...outer].filter(([, value]) => !isImport(value));
  // Where a variable without a value reads as undefined, it may still get one.
  if (variables.some(([, value]) => value === undefined)) return false;
  if (variables.length === 0) return true;
  if (!isWorthReading(url)) return undefined;
  const source = Function.prototype.toString.call(fn);
  return variables.every(([name]) => isFixedName(url, source, name));
}

function isImport(value: unknown): boolean {
  return value instanceof ImportedBinding && value.header.cjs !== true;
}

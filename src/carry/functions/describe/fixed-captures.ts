/**
 * Whether the variables that a function captured hold for ever what they hold now. Then what they
 * hold need not be asked of the inspector again, though its contents may change.
 */
import type { SourceDescription } from "../../function-carrier.ts";
import { isFixedImport } from "../files/fixed-imports.ts";
import { isFixedAtTop, isFixedName, isWorthReading } from "../files/fixed-names.ts";
import { ImportedBinding } from "../modules/imported-binding.ts";

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
  const inside = captures.filter(([, value]) => !isImport(value));
  const atTop = outer.filter(([, value]) => !isImport(value));
  // Where a variable without a value reads as undefined, it may still get one.
  if ([...inside, ...atTop].some(([, value]) => value === undefined)) return false;
  if (inside.length + atTop.length === 0) return true;
  if (!isWorthReading(url)) return undefined;
  const source = Function.prototype.toString.call(fn);
  return (
    inside.every(([name]) => isFixedName(url, source, name)) &&
    atTop.every(([name]) => isFixedAtTop(url, name, source) || isFixedImport(url, name))
  );
}

function isImport(value: unknown): boolean {
  return value instanceof ImportedBinding && value.header.cjs !== true;
}

/** Every built-in kind, to be found by tag, by prototype, or by an object's inner state. */
import { boxedKind } from "./boxed.ts";
import { arrayBufferKind, outOfBandKind, viewKind } from "./binary.ts";
import { mapKind, setKind } from "./collections.ts";
import { dateKind } from "./date.ts";
import { domExceptionKind, errorKind } from "./error.ts";
import type { Kind } from "./kind.ts";
import { regexpKind } from "./regexp.ts";
import { abortSignalKind } from "./abort-signal.ts";
import { urlKind, urlSearchParamsKind } from "./urls.ts";

const kinds = [
  // Before errors, since newer Nodes make it one of them.
  domExceptionKind,
  errorKind,
  mapKind,
  setKind,
  dateKind,
  regexpKind,
  viewKind,
  arrayBufferKind,
  urlKind,
  urlSearchParamsKind,
  boxedKind,
  abortSignalKind,
  outOfBandKind,
] as unknown as readonly Kind[];

const byTag: (Kind | undefined)[] = [];
for (const kind of kinds) byTag[kind.tag] = kind;

export function kindOfTag(tag: number): Kind | undefined {
  return byTag[tag];
}

const byPrototype = new Map<object, Kind>();
for (const kind of kinds)
  for (const type of kind.types ?? []) byPrototype.set(type.prototype, kind);

/** The kind that an object with this prototype usually is of; `is` has the last word. */
export function usualKind(prototype: object): Kind | undefined {
  return byPrototype.get(prototype);
}

/** The kind of an object by its inner state, whatever its prototype; ordinary ones have none. */
export function kindOf(value: object): Kind | undefined {
  return kinds.find((kind) => kind.is(value));
}

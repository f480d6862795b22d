/** Every built-in kind, to be found by tag, by prototype, or by an object's inner state. */
import { boxedKind } from "./boxed.ts";
import { arrayBufferKind, outOfBandKind, sharedBufferKind, viewKind } from "./binary.ts";
import { mapKind, setKind } from "./collections.ts";
import { dateKind } from "./date.ts";
import { domExceptionKind, errorKind } from "./error.ts";
import type { Kind } from "./kind.ts";
import { regexpKind } from "./regexp.ts";
import { abortSignalKind } from "./abort-signal.ts";
import { urlKind, urlSearchParamsKind } from "./urls.ts";

const kinds = [
  errorKind,
  mapKind,
  setKind,
  dateKind,
  regexpKind,
  viewKind,
  arrayBufferKind,
  sharedBufferKind,
  urlKind,
  urlSearchParamsKind,
  boxedKind,
  domExceptionKind,
  abortSignalKind,
  outOfBandKind,
] as unknown as readonly Kind[];

const byTag: (Kind | undefined)[] = [];
for (const kind of kinds) byTag[kind.tag] = kind;

export function kindOfTag(tag: number): Kind | undefined {
  return byTag[tag];
}

/** The kind of an object by its inner state, whatever its prototype; undefined for ordinary ones. */
export function kindOf(value: object): Kind | undefined {
  return kinds.find((kind) => kind.is(value));
}

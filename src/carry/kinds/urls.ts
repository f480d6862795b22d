/** URL and URLSearchParams, by their text. A URL's own `searchParams` is made anew with it. */
import * as tag from "../tags.ts";
import type { Kind } from "./kind.ts";

export const urlKind: Kind<URL> = {
  tag: tag.URL_,
  name: "URL",
  is: (value): value is URL => value instanceof URL,
  prototypeOf: () => URL.prototype,
  encode: (value, encoder) => encoder.out.string(value.href),
  decode: (decoder) => decoder.building(() => new URL(decoder.in.string())),
};

export const urlSearchParamsKind: Kind<URLSearchParams> = {
  tag: tag.URL_SEARCH_PARAMS,
  name: "URLSearchParams",
  is: (value): value is URLSearchParams => value instanceof URLSearchParams,
  prototypeOf: () => URLSearchParams.prototype,
  encode(value, encoder) {
    const entries = [...value];
    encoder.out.varint(entries.length);
    for (const [name, item] of entries) {
      encoder.out.string(name);
      encoder.out.string(item);
    }
  },
  decode(decoder) {
    const value = new URLSearchParams();
    const count = decoder.in.count(2);
    for (let i = 0; i < count; i++) value.append(decoder.in.string(), decoder.in.string());
    return value;
  },
};

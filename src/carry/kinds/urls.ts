/** URL and URLSearchParams, by their text. A URL's own `searchParams` is made anew with it. */
import * as tag from "../tags.ts";
import type { Kind } from "./kind.ts";

export const urlKind: Kind<URL> = {
  tag: tag.URL_,
  name: "URL",
  types: [URL],
  is: (value): value is URL => value instanceof URL,
  prototypeOf: () => URL.prototype,
  encode: (value, writer) => writer.out.string(value.href),
  decode: (reader) => reader.building(() => new URL(reader.in.string())),
};

export const urlSearchParamsKind: Kind<URLSearchParams> = {
  tag: tag.URL_SEARCH_PARAMS,
  name: "URLSearchParams",
  types: [URLSearchParams],
  is: (value): value is URLSearchParams => value instanceof URLSearchParams,
  prototypeOf: () => URLSearchParams.prototype,
  encode(value, writer) {
    const entries = [...value];
    writer.out.varint(entries.length);
    for (const [name, item] of entries) {
      writer.out.string(name);
      writer.out.string(item);
    }
  },
  decode(reader) {
    const value = new URLSearchParams();
    const count = reader.in.count(2);
    for (let i = 0; i < count; i++) value.append(reader.in.string(), reader.in.string());
    return value;
  },
};

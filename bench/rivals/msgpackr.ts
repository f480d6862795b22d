/** msgpackr as it would have to be set to keep Maps, Sets, cycles and errors. */
import { measuresOf } from "../messages.js";
import { importRival } from "../rival-package.js";

interface Packr {
  pack(value: unknown): Buffer;
  unpack(bytes: Uint8Array): unknown;
}

export const { message, number, text, list, result, wide, records, numbers, manyNumbers, words } =
  measuresOf(async () => {
    const { Packr } = await importRival<{ Packr: new (options: object) => Packr }>("msgpackr");
    const packr = new Packr({ structuredClone: true, useRecords: false });
    return (value) => packr.unpack(packr.pack(value));
  });

/** Symbols that every thread and process has: registered ones by key, well-known ones by name. */
import type { ByteReader } from "./byte-reader.ts";
import type { ByteWriter } from "./byte-writer.ts";
import { Refusal } from "./refusal.ts";
import * as tag from "./tags.ts";

const wellKnown = new Map<symbol, string>();
const byName = new Map<string, symbol>();
for (const name of Object.getOwnPropertyNames(Symbol)) {
  const value = (Symbol as unknown as Record<string, unknown>)[name];
  if (typeof value !== "symbol") continue;
  wellKnown.set(value, name);
  byName.set(name, value);
}

export function writeSymbol(out: ByteWriter, symbol: symbol): void {
  const name = wellKnown.get(symbol);
  if (name !== undefined) {
    out.byte(tag.SYMBOL_WELL_KNOWN);
    return out.string(name);
  }
  const key = Symbol.keyFor(symbol);
  if (key === undefined) {
    throw new Refusal(
      `${String(symbol)} is a unique symbol, which is known in its own thread only; ` +
        `use Symbol.for(${JSON.stringify(symbol.description ?? "name")})`,
    );
  }
  out.byte(tag.SYMBOL_FOR);
  out.string(key);
}

/** Reads what follows a SYMBOL_WELL_KNOWN tag. */
export function readWellKnown(reader: ByteReader): symbol {
  const symbol = byName.get(reader.string());
  if (symbol === undefined) throw reader.damaged("a symbol that this Node does not have");
  return symbol;
}

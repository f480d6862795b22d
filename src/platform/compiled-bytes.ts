/** What V8 compiled, as bytes: the size of the contents, these as JSON, and each file's code. */
import type { Compiled } from "./compiled-code.ts";

/** V8 copies what does not begin at such a place. */
const ALIGNED = 8;

const aligned = (size: number): number => Math.ceil(size / ALIGNED) * ALIGNED;

export function packCompiled(compiled: Compiled): Uint8Array {
  const contents = Array.from(compiled, ([path, { length }]) => [path, length] as const);
  const text = Buffer.from(JSON.stringify(contents));
  let at = aligned(4 + text.length);
  const size = contents.reduce((sum, [, length]) => sum + aligned(length), at);
  const bytes = Buffer.alloc(size);
  bytes.writeUInt32LE(text.length, 0);
  bytes.set(text, 4);
  for (const code of compiled.values()) {
    bytes.set(code, at);
    at += aligned(code.length);
  }
  return bytes;
}

export function unpackCompiled(packed: Uint8Array): Compiled {
  const bytes = Buffer.from(packed.buffer, packed.byteOffset, packed.length);
  const size = bytes.readUInt32LE(0);
  const contents = JSON.parse(bytes.toString("utf8", 4, 4 + size)) as [string, number][];
  let at = aligned(4 + size);
  return new Map(
    contents.map(([path, length]) => {
      const code = bytes.subarray(at, at + length);
      at += aligned(length);
      return [path, code];
    }),
  );
}

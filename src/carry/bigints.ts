/** Bigints: eight bytes where they fit, else a sign and the magnitude's bytes. */
import { Buffer } from "node:buffer";
import type { ByteReader } from "./byte-reader.ts";
import type { ByteWriter } from "./byte-writer.ts";
import * as tag from "./tags.ts";

const MIN_BIGINT64 = -(2n ** 63n);
const MAX_BIGINT64 = 2n ** 63n - 1n;

export function writeBigint(out: ByteWriter, value: bigint): void {
  if (value >= MIN_BIGINT64 && value <= MAX_BIGINT64) {
    out.byte(tag.BIGINT64);
    out.int32(Number(BigInt.asIntN(32, value)));
    return out.int32(Number(BigInt.asIntN(32, value >> 32n)));
  }
  const digits = (value < 0n ? -value : value).toString(16);
  const bytes = Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, "hex");
  out.pair(tag.BIGINT, value < 0n ? 1 : 0);
  out.varint(bytes.length);
  out.raw(bytes);
}

/** Reads what follows a BIGINT64 tag. */
export function readBigint64(reader: ByteReader): bigint {
  const low = BigInt.asUintN(32, BigInt(reader.int32()));
  return (BigInt(reader.int32()) << 32n) | low;
}

/** Reads what follows a BIGINT tag. */
export function readBigint(reader: ByteReader): bigint {
  const negative = reader.byte() === 1;
  const length = reader.count();
  const at = reader.take(length);
  const magnitude = BigInt(`0x${reader.bytes.toString("hex", at, at + length) || "0"}`);
  return negative ? -magnitude : magnitude;
}

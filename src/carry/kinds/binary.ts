/**
 * ArrayBuffers and the views over them. Views of one buffer share one buffer at the receiver too.
 *
 * A Buffer over a part of a larger ArrayBuffer is sent as its own bytes only: most such buffers
 * come from Node's pool, where the rest belongs to others. Large buffers go out of band.
 */
import { Buffer } from "node:buffer";
import { types } from "node:util";
import type { GraphReader } from "../graph-reader.ts";
import type { GraphWriter } from "../graph-writer.ts";
import { extraKeysOfIndexed } from "../indexed-keys.ts";
import { Refusal } from "../refusal.ts";
import * as tag from "../tags.ts";
import type { Kind } from "./kind.ts";

type Resizable = ArrayBuffer & { readonly resizable?: boolean; readonly maxByteLength: number };
type View = ArrayBufferView;
interface ViewClass {
  new (buffer: ArrayBufferLike, offset: number, length?: number): View;
  readonly prototype: View;
}

/** A resizable buffer's reserve that data may ask for. */
const MAX_RESERVED_BYTES = 2 ** 32;

function bytesOf(buffer: ArrayBuffer): Uint8Array {
  try {
    return new Uint8Array(buffer);
  } catch (cause) {
    const reason = "a detached ArrayBuffer has no bytes any more; send it before transferring it";
    throw new Refusal(reason, [], { cause });
  }
}

export const arrayBufferKind: Kind<ArrayBuffer> = {
  tag: tag.ARRAY_BUFFER,
  name: "ArrayBuffer",
  types: [ArrayBuffer],
  is: (value): value is ArrayBuffer => types.isArrayBuffer(value),
  prototypeOf: () => ArrayBuffer.prototype,
  encode(value, writer) {
    const bytes = bytesOf(value);
    const { resizable, maxByteLength } = value as Resizable;
    writer.out.varint(resizable ? maxByteLength + 1 : 0);
    writer.out.varint(bytes.length);
    writer.out.raw(bytes);
  },
  decode(reader) {
    const reserve = reader.in.varint() - 1;
    const length = reader.in.count();
    if (reserve > MAX_RESERVED_BYTES) throw reader.in.damaged("a buffer is too large");
    const options = reserve < 0 ? undefined : { maxByteLength: reserve };
    const buffer = reader.building(
      () => new (ArrayBuffer as new (n: number, o?: object) => ArrayBuffer)(length, options),
    );
    const at = reader.in.take(length);
    if (length > 0) new Uint8Array(buffer).set(reader.in.bytes.subarray(at, at + length));
    return buffer;
  },
};

/** A large buffer: the number under which the receiver finds its bytes. */
export const outOfBandKind: Kind<ArrayBuffer> = {
  ...arrayBufferKind,
  types: [],
  tag: tag.ARRAY_BUFFER_OUT_OF_BAND,
  is: (_value): _value is ArrayBuffer => false,
  encode: (value, writer) => writer.outOfBand(bytesOf(value)),
  decode(reader) {
    const number = reader.in.varint();
    const source = reader.options.outOfBand;
    if (source === undefined) throw reader.in.damaged("data out of band, but none came along");
    const bytes = source.take(number);
    if (bytes.buffer instanceof ArrayBuffer && bytes.length === bytes.buffer.byteLength) {
      return bytes.buffer;
    }
    return Uint8Array.prototype.slice.call(bytes).buffer;
  },
};

const viewClasses = [
  Buffer,
  Uint8Array,
  Uint8ClampedArray,
  Uint16Array,
  Uint32Array,
  Int8Array,
  Int16Array,
  Int32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
  DataView,
  // A Node without it refuses it; the place in this list is the class's number in messages.
  (globalThis as { Float16Array?: unknown }).Float16Array,
] as unknown as readonly (ViewClass | undefined)[];
const BUFFER = 0;
const tagNames = viewClasses.map((type) => type?.name);

function classNumber(view: View): number {
  if (Buffer.isBuffer(view)) return BUFFER;
  if (view instanceof DataView || types.isDataView(view)) return tagNames.indexOf("DataView");
  const name = Reflect.get(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag, view);
  return tagNames.indexOf(name as string);
}

const sizeOf = (type: ViewClass): number =>
  (type as { BYTES_PER_ELEMENT?: number }).BYTES_PER_ELEMENT ?? 1;

/** Class number, whether all of the buffer, the buffer; else offset and length in elements. */
export const viewKind: Kind<View> = {
  tag: tag.VIEW,
  name: "TypedArray",
  types: viewClasses.filter((type) => type !== undefined),
  is: (value): value is View => ArrayBuffer.isView(value),
  prototypeOf: (value) => viewClasses[classNumber(value)]!.prototype,
  extraKeys: (value) =>
    types.isDataView(value)
      ? Reflect.ownKeys(value)
      : extraKeysOfIndexed(value as Uint8Array, (value as Uint8Array).length),
  encode(value, writer) {
    const type = classNumber(value);
    const { buffer, byteOffset, byteLength } = value;
    writer.out.byte(type);
    if (byteOffset === 0 && byteLength === buffer.byteLength) {
      writer.out.byte(1);
      writer.within(".buffer", buffer);
    } else if (type === BUFFER && types.isArrayBuffer(buffer)) {
      writer.out.byte(2);
      encodePart(value, writer);
    } else {
      writer.out.byte(0);
      writer.out.varint(byteOffset);
      writer.out.varint(byteLength);
      writer.within(".buffer", buffer);
    }
  },
  decode: decodeView,
};

/** The bytes of a small or pooled Buffer, without those around it. */
function encodePart(view: View, writer: GraphWriter): void {
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  const large = writer.isLarge(bytes.length);
  writer.out.byte(large ? 1 : 0);
  if (large) return writer.outOfBand(bytes);
  writer.out.varint(bytes.length);
  writer.out.raw(bytes);
}

function decodePart(reader: GraphReader): Buffer {
  if (reader.in.byte() === 1) {
    const buffer = outOfBandKind.decode(reader, -1);
    return Buffer.from(buffer);
  }
  const length = reader.in.count();
  const at = reader.in.take(length);
  return Buffer.from(reader.in.bytes.subarray(at, at + length));
}

function decodeView(reader: GraphReader): View {
  const type = viewClasses[reader.in.byte()];
  if (type === undefined) throw reader.in.damaged("an unknown class of typed array");
  const extent = reader.in.byte();
  if (extent === 2) return decodePart(reader);
  const offset = extent === 0 ? reader.in.varint() : 0;
  const length = extent === 0 ? reader.in.varint() : undefined;
  const buffer = reader.value();
  if (!types.isAnyArrayBuffer(buffer)) throw reader.in.damaged("a typed array has no buffer");
  return reader.building(() => {
    // Without a length, a view over a growable buffer would follow its growth, and be slow.
    const bytes = length ?? (types.isSharedArrayBuffer(buffer) ? buffer.byteLength : undefined);
    const elements = bytes === undefined ? undefined : bytes / sizeOf(type);
    if ((type as unknown) === Buffer) return Buffer.from(buffer as ArrayBuffer, offset, elements);
    return new type(buffer, offset, elements);
  });
}

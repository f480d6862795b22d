/**
 * ArrayBuffers and the views over them. Views of one buffer share one buffer at the receiver too.
 *
 * A Buffer over a part of a larger ArrayBuffer is sent as its own bytes only: most such buffers
 * come from Node's pool, where the rest belongs to others. Large buffers go out of band.
 */
import { Buffer } from "node:buffer";
import { types } from "node:util";
import type { Decoder } from "../decoder.ts";
import type { Encoder } from "../encoder.ts";
import { extraKeysOfIndexed } from "../indexed-keys.ts";
import { Refusal } from "../refusal.ts";
import * as tag from "../tags.ts";
import type { Kind } from "./kind.ts";

type Resizable = ArrayBuffer & { readonly resizable?: boolean; readonly maxByteLength: number };
type View = ArrayBufferView<ArrayBufferLike>;
type ViewClass = new (buffer: ArrayBufferLike, offset: number, length?: number) => View;

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
  is: (value): value is ArrayBuffer => types.isArrayBuffer(value),
  prototypeOf: () => ArrayBuffer.prototype,
  encode(value, encoder) {
    const bytes = bytesOf(value);
    const { resizable, maxByteLength } = value as Resizable;
    encoder.out.varint(resizable === true ? maxByteLength + 1 : 0);
    encoder.out.varint(bytes.length);
    encoder.out.raw(bytes);
  },
  decode(decoder) {
    const reserve = decoder.in.varint() - 1;
    const length = decoder.in.count();
    if (reserve > MAX_RESERVED_BYTES) throw decoder.in.damaged("a buffer is too large");
    const options = reserve < 0 ? undefined : { maxByteLength: reserve };
    const buffer = decoder.building(
      () => new (ArrayBuffer as new (n: number, o?: object) => ArrayBuffer)(length, options),
    );
    const at = decoder.in.take(length);
    if (length > 0) new Uint8Array(buffer).set(decoder.in.bytes.subarray(at, at + length));
    return buffer;
  },
};

/** A large buffer: the number under which the receiver finds its bytes. */
export const outOfBandKind: Kind<ArrayBuffer> = {
  ...arrayBufferKind,
  tag: tag.ARRAY_BUFFER_OUT_OF_BAND,
  is: (_value): _value is ArrayBuffer => false,
  encode: (value, encoder) => encoder.out.varint(encoder.outOfBand!.put(bytesOf(value))),
  decode(decoder) {
    const number = decoder.in.varint();
    const source = decoder.options.outOfBand;
    if (source === undefined) throw decoder.in.damaged("data out of band, but none came along");
    const bytes = source.take(number);
    if (bytes.buffer instanceof ArrayBuffer && bytes.length === bytes.buffer.byteLength) {
      return bytes.buffer;
    }
    return Uint8Array.prototype.slice.call(bytes).buffer;
  },
};

/** Shared memory cannot be copied into a message: threads are handed it, others refused. */
export const sharedBufferKind: Kind<SharedArrayBuffer> = {
  tag: tag.SHARED_BUFFER,
  name: "SharedArrayBuffer",
  is: (value): value is SharedArrayBuffer => types.isSharedArrayBuffer(value),
  prototypeOf: () => SharedArrayBuffer.prototype,
  encode(value, encoder) {
    const sink = encoder.options.sharedBuffers;
    if (encoder.options.destination !== "thread" || sink === undefined) {
      throw new Refusal(
        "a SharedArrayBuffer is shared by the threads of one process only; " +
          "use shareBuffer(), SharedMemory or SharedArray of manyhands/multiprocessing",
      );
    }
    encoder.out.varint(sink.put(value));
  },
  decode(decoder) {
    const number = decoder.in.varint();
    const source = decoder.options.sharedBuffers;
    if (source === undefined) throw decoder.in.damaged("shared memory, but none came along");
    return source.take(number);
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
  is: (value): value is View => ArrayBuffer.isView(value),
  prototypeOf: (value) => viewClasses[classNumber(value)]!.prototype as object,
  extraKeys: (value) =>
    types.isDataView(value)
      ? Reflect.ownKeys(value)
      : extraKeysOfIndexed(value as Uint8Array, (value as Uint8Array).length),
  encode(value, encoder) {
    const type = classNumber(value);
    const { buffer, byteOffset, byteLength } = value;
    encoder.out.byte(type);
    if (byteOffset === 0 && byteLength === buffer.byteLength) {
      encoder.out.byte(1);
      encoder.within(".buffer", buffer);
    } else if (type === BUFFER && types.isArrayBuffer(buffer)) {
      encoder.out.byte(2);
      encodePart(value, encoder);
    } else {
      encoder.out.byte(0);
      encoder.out.varint(byteOffset);
      encoder.out.varint(byteLength);
      encoder.within(".buffer", buffer);
    }
  },
  decode: decodeView,
};

/** The bytes of a small or pooled Buffer, without those around it. */
function encodePart(view: View, encoder: Encoder): void {
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  const large = encoder.isLarge(bytes.length);
  encoder.out.byte(large ? 1 : 0);
  if (large) return encoder.out.varint(encoder.outOfBand!.put(bytes));
  encoder.out.varint(bytes.length);
  encoder.out.raw(bytes);
}

function decodePart(decoder: Decoder): Buffer {
  if (decoder.in.byte() === 1) {
    const buffer = outOfBandKind.decode(decoder, -1);
    return Buffer.from(buffer);
  }
  const length = decoder.in.count();
  const at = decoder.in.take(length);
  return Buffer.from(decoder.in.bytes.subarray(at, at + length));
}

function decodeView(decoder: Decoder): View {
  const type = viewClasses[decoder.in.byte()];
  if (type === undefined) throw decoder.in.damaged("an unknown class of typed array");
  const extent = decoder.in.byte();
  if (extent === 2) return decodePart(decoder);
  const offset = extent === 0 ? decoder.in.varint() : 0;
  const length = extent === 0 ? decoder.in.varint() : undefined;
  const buffer = decoder.value();
  if (!types.isAnyArrayBuffer(buffer)) throw decoder.in.damaged("a typed array has no buffer");
  return decoder.building(() => {
    const elements = length === undefined ? undefined : length / sizeOf(type);
    if ((type as unknown) === Buffer) return Buffer.from(buffer as ArrayBuffer, offset, elements);
    return new type(buffer, offset, elements);
  });
}

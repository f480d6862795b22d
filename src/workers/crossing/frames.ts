/**
 * The messages between a parent and its child, as bytes in a stream.
 *
 *     u32 length of the body | u8 kind | body | u32 END
 *
 * A child can be killed in the middle of a frame, and the fork server then adds the exit record
 * behind the torn one. END tells the two apart: a torn frame that the record happens to fill up
 * does not end in END. The record is found by its place, at the very end of the stream.
 */

export const Kind = {
  /** parent → child: who the child is (JSON). */
  BOOT: 1,
  /** parent → child: what it runs. */
  PAYLOAD: 2,
  /** Either way: bytes for whoever uses the channel. */
  MESSAGE: 3,
  /** child → parent: its pid (u32). */
  HELLO: 4,
  /** child → parent: user code is running now. */
  RUNNING: 5,
  /** child → parent: what the target returned. */
  RESULT: 6,
  /** child → parent: what the target, or something else in the child, threw. */
  ERROR: 7,
  /** child → parent: whether it handles SIGINT itself (u8). */
  HANDLES_INTERRUPT: 8,
  /** child → parent: about to exit with this code (i32). */
  LEAVING: 9,
  /** fork server → parent: the exit record (i32). */
  EXIT: 10,
  /** thread → starter: the fields of the object whose `run` it was. */
  FIELDS: 11,
  /** child → parent: what V8 has compiled, where the parent wants to know. */
  COMPILED: 12,
} as const;

export interface Frame {
  readonly kind: number;
  readonly body: Uint8Array;
}

const HEAD = 5;
const TAIL = 4;
const END = 0x9e3f_51d7;
const RECORD_SIZE = HEAD + 4 + TAIL;

export function encodeFrame(kind: number, body: Uint8Array): Uint8Array {
  const frame = Buffer.allocUnsafe(HEAD + body.length + TAIL);
  frame.writeUInt32LE(body.length, 0);
  frame[4] = kind;
  frame.set(body, HEAD);
  frame.writeUInt32LE(END, HEAD + body.length);
  return frame;
}

export function int32Body(value: number): Uint8Array {
  const body = Buffer.allocUnsafe(4);
  body.writeInt32LE(value, 0);
  return body;
}

export function int32Of(body: Uint8Array): number {
  return new DataView(body.buffer, body.byteOffset, 4).getInt32(0, true);
}

export function encodeExitRecord(exitCode: number): Uint8Array {
  return encodeFrame(Kind.EXIT, int32Body(exitCode));
}

/** The exit code of what never was a process: as a shell answers "cannot execute". */
export const NEVER_RAN = 126;

/** The exit record of a child that could not be forked, with the number of the error. */
export function encodeNeverRan(errno: number): Uint8Array {
  return encodeExitRecord(NEVER_RAN | (errno << 8));
}

/** The number of the error in such a record. */
export function errnoOfNeverRan(exitCode: number): number | null {
  return exitCode > 0xff && (exitCode & 0xff) === NEVER_RAN ? exitCode >> 8 : null;
}

/** Cuts a stream of bytes into frames. */
export class FrameReader {
  #chunks: Uint8Array[] = [];
  #size = 0;
  #needed = HEAD;

  push(chunk: Uint8Array): Frame[] {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    const frames: Frame[] = [];
    while (this.#size >= this.#needed) {
      const bytes = this.#joined();
      const length = bytes.readUInt32LE(0);
      this.#needed = HEAD + length + TAIL;
      if (this.#size < this.#needed) break;
      const end = this.#needed;
      const whole = bytes.readUInt32LE(HEAD + length) === END;
      // A torn frame, filled up by the exit record: nothing but the record is left to read.
      if (!whole) break;
      frames.push({ kind: bytes[4]!, body: bytes.subarray(HEAD, HEAD + length) });
      this.#chunks = end === bytes.length ? [] : [bytes.subarray(end)];
      this.#size -= end;
      this.#needed = HEAD;
    }
    return frames;
  }

  /** The exit record behind a torn frame, when the stream has ended; null where there is none. */
  recordAtEnd(): number | null {
    const bytes = this.#joined();
    return this.#atRecord(bytes) ? bytes.readInt32LE(bytes.length - TAIL - 4) : null;
  }

  #atRecord(bytes: Buffer): boolean {
    const at = bytes.length - RECORD_SIZE;
    return (
      at >= 0 &&
      bytes.readUInt32LE(at) === 4 &&
      bytes[at + 4] === Kind.EXIT &&
      bytes.readUInt32LE(bytes.length - TAIL) === END
    );
  }

  #joined(): Buffer {
    if (this.#chunks.length !== 1) this.#chunks = [Buffer.concat(this.#chunks)];
    const only = this.#chunks[0]!;
    return Buffer.from(only.buffer, only.byteOffset, only.length);
  }
}

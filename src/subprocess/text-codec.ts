/**
 * Text mode: bytes of an encoding to strings whose lines end in `\n`, and back.
 *
 * Decoding takes every encoding that TextDecoder knows; bytes that are none of it become U+FFFD
 * (Python raises). Encoding takes those that Buffer knows.
 */

/** By the name that TextDecoder gives the encoding. */
const WRITABLE: Record<string, BufferEncoding> = { "utf-8": "utf8", "utf-16le": "utf16le" };

export class TextCodec {
  /** The name as TextDecoder normalises it; `latin1` for the one that it would read as Windows'. */
  readonly encoding: string;

  /** @throws RangeError for an unknown encoding */
  constructor(encoding: string) {
    if (typeof encoding !== "string")
      throw new TypeError(`encoding must be a string, not ${typeof encoding}`);
    this.encoding = /^(latin-?1|iso-?8859-?1)$/i.test(encoding)
      ? "latin1"
      : new TextDecoder(encoding.replace(/^(ucs-?2|utf16le)$/i, "utf-16le")).encoding;
  }

  /** What a Node stream must be told in order to take strings; undefined where it cannot. */
  get bufferEncoding(): BufferEncoding | undefined {
    return this.encoding === "latin1" ? "latin1" : WRITABLE[this.encoding];
  }

  /** @throws RangeError when the text cannot be written in this encoding */
  encode(text: string): Buffer {
    const encoding = this.bufferEncoding;
    if (encoding === undefined)
      throw new RangeError(`text cannot be written as ${this.encoding}: encode it and give bytes`);
    if (encoding === "latin1" && /[^\0-\xff]/.test(text))
      throw new RangeError("the text holds characters that Latin-1 has not");
    return Buffer.from(text, encoding);
  }

  /** All of an output at once. */
  decode(bytes: Uint8Array): string {
    const decoder = this.decoder();
    return decoder.write(bytes) + decoder.end();
  }

  /** For output that comes in pieces, which may part a character or a line end. */
  decoder(): NewlineDecoder {
    return new NewlineDecoder(this.encoding);
  }
}

class NewlineDecoder {
  /** Null for Latin-1, where each byte is a character. */
  readonly #decoder: InstanceType<typeof TextDecoder> | null;
  /** A carriage return came last: whether it ends a line alone is known with the next character. */
  #held = "";

  constructor(encoding: string) {
    this.#decoder = encoding === "latin1" ? null : new TextDecoder(encoding, { ignoreBOM: true });
  }

  write(bytes: Uint8Array): string {
    return this.#translate(
      this.#decoder === null
        ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1")
        : this.#decoder.decode(bytes, { stream: true }),
    );
  }

  end(): string {
    const last = this.#translate(this.#decoder?.decode() ?? "");
    return this.#held === "" ? last : `${last}\n`;
  }

  #translate(decoded: string): string {
    const text = this.#held + decoded;
    this.#held = text.endsWith("\r") ? "\r" : "";
    const whole = this.#held === "" ? text : text.slice(0, -1);
    return whole.includes("\r") ? whole.replace(/\r\n?/g, "\n") : whole;
  }
}

export type { NewlineDecoder };

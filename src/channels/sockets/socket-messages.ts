/**
 * Values to messages for sockets, and back. Everything is in the bytes: what lies in shared memory
 * means nothing to the other side.
 */
import {
  type Decoder,
  type Destination,
  type Encoder,
  createDecoder,
  createEncoder,
} from "../../carry/index.ts";
import { functionCarrier } from "../../carry/functions/carrier.ts";
import { SHORT_HEAD, frameHead } from "./frame-reader.ts";
import { Draft, Incoming, type MessageCodec } from "../messages/message.ts";

/** Longer messages are written behind a head of their own. */
const SCRATCH_BYTES = 65_536;

export class SocketMessages implements MessageCodec {
  readonly #destination: Destination;
  readonly #encoder: Encoder;
  readonly #decoder: Decoder;
  readonly #scratch: Buffer = Buffer.allocUnsafeSlow(SCRATCH_BYTES);
  readonly #draft = new Draft();
  readonly #incoming = new Incoming();
  #coding = false;
  #decoding = false;

  private constructor(destination: Destination) {
    this.#destination = destination;
    this.#encoder = createEncoder({ destination });
    this.#decoder = createDecoder({ destination });
  }

  static readonly #known = new Map<Destination, SocketMessages>();

  /** The codec of this thread for peers that proved to have the key, or for any. */
  static for(destination: "peer" | "foreign"): SocketMessages {
    let found = this.#known.get(destination);
    if (found === undefined) {
      this.#known.set(destination, (found = new SocketMessages(destination)));
    }
    return found;
  }

  encode(value: unknown): Draft {
    // User code that runs while a value is coded may send another one.
    if (this.#coding) return new SocketMessages(this.#destination).encode(value);
    this.#coding = true;
    try {
      const scratch = this.#scratch;
      const length = this.#encoder.encodeInto(value, scratch, SHORT_HEAD, SCRATCH_BYTES);
      const { spilled } = this.#encoder;
      if (spilled !== undefined) return this.encodeBytes(spilled);
      scratch.writeUInt32LE(length, 0);
      return this.#drafted(undefined, scratch, SHORT_HEAD + length, length);
    } finally {
      this.#coding = false;
    }
  }

  encodeBytes(bytes: Uint8Array): Draft {
    return this.#drafted(frameHead(bytes.length), bytes, bytes.length, bytes.length);
  }

  #drafted(
    head: Uint8Array | undefined,
    bytes: Uint8Array,
    length: number,
    sizeBytes: number,
  ): Draft {
    return Object.assign(this.#draft, { head, bytes, length, sizeBytes });
  }

  incoming(): Incoming {
    return this.#decoding ? new Incoming() : this.#incoming;
  }

  decode({ bytes, length }: Incoming): unknown {
    return this.decodeAt(bytes, 0, length);
  }

  /** The value of a message that lies there. */
  decodeAt(bytes: Buffer, from: number, to: number): unknown {
    const outer = this.#decoding;
    this.#decoding = true;
    try {
      return this.#decoder.decode(bytes, from, to);
    } finally {
      this.#decoding = outer;
    }
  }

  decodeSoon({ bytes, length }: Incoming): unknown {
    return this.decodeSoonAt(bytes, 0, length);
  }

  /** The same, or a promise of it where modules are to be loaded first. */
  decodeSoonAt(bytes: Buffer, from: number, to: number): unknown {
    const references =
      this.#destination === "foreign" ? [] : this.#decoder.references(bytes, from, to);
    const loading = functionCarrier.prepare(references);
    return loading?.then(() => this.decodeAt(bytes, from, to)) ?? this.decodeAt(bytes, from, to);
  }

  decodeBytes({ bytes, length }: Incoming): Uint8Array {
    return new Uint8Array(bytes.subarray(0, length));
  }
}

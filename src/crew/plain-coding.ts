/** Codes values where there is no shared memory: everything is in the bytes. */
import { createDecoder, createEncoder, type Decoder, type Encoder } from "../carry/index.ts";
import { functionCarrier } from "../carry/functions/carrier.ts";
import { Draft, type Incoming } from "../channels/messages/message.ts";
import type { Coding } from "./cargo.ts";

export class PlainCoding implements Coding {
  readonly #encoder: Encoder = createEncoder({ destination: "process" });
  readonly #decoder: Decoder = createDecoder({ destination: "process" });
  readonly #draft = new Draft();

  encode(value: unknown, label?: string): Draft {
    return this.encodeBytes(this.#encoder.encode(value, label));
  }

  encodeBytes(bytes: Uint8Array): Draft {
    this.#draft.bytes = bytes;
    this.#draft.length = bytes.length;
    return this.#draft;
  }

  discard(): void {
    // There is nothing beside the bytes.
  }

  decode({ bytes, length }: Incoming): unknown {
    return this.#decoder.decode(bytes, 0, length);
  }

  decodeSoon(incoming: Incoming): unknown {
    const loading = this.loadFor(incoming);
    if (loading === undefined) return this.decode(incoming);
    const { length } = incoming;
    const bytes = Buffer.from(incoming.bytes.subarray(0, length));
    return loading.then(() => this.#decoder.decode(bytes, 0, length));
  }

  loadFor({ bytes, length }: Incoming): Promise<void> | undefined {
    return functionCarrier.prepare(this.#decoder.references(bytes, 0, length));
  }

  decodeBytes({ bytes, length }: Incoming): Uint8Array {
    return bytes.slice(0, length);
  }
}

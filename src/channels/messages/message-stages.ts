/** A message before it is in a queue and after it was taken out: bytes of its own, or a block. */
const NO_BYTES: Buffer = Buffer.alloc(0);

/** A coded value that is not in a queue yet. */
export class Draft {
  /** For a socket: what goes before the bytes, unless it is the first of them. */
  head: Uint8Array | undefined = undefined;
  /** The short message, unless it has a block. */
  bytes: Uint8Array = NO_BYTES;
  length = 0;
  block = 0;
  stamp = 0;
  /** What it takes of a queue's room. */
  sizeBytes = 0;
  /** For a priority queue without a compare function: the item's kind (`natural-order.ts`). */
  kind = 0;

  /** A copy that outlives the next message. */
  kept(): Draft {
    const copy = Object.assign(new Draft(), this);
    if (this.block === 0) copy.bytes = Buffer.from(this.bytes.subarray(0, this.length));
    return copy;
  }
}

/** A message that was taken out of a queue and is not decoded yet. */
export class Incoming {
  decoded: { readonly value: unknown } | undefined = undefined;
  bytes: Buffer = NO_BYTES;
  length = 0;
  block = 0;
  stamp = 0;

  /** Room for a short message. */
  room(length: number): Buffer {
    this.block = 0;
    this.length = length;
    if (this.bytes.length < length) this.bytes = Buffer.allocUnsafeSlow(Math.max(length, 64));
    return this.bytes;
  }

  setBlock(block: number, stamp: number): void {
    this.block = block;
    this.stamp = stamp;
  }

  /** One that had to be decoded before it could be taken. */
  setValue(value: unknown): void {
    this.block = 0;
    this.decoded = { value };
  }
}

/** What a connection asks of a codec: of pipes, here, or of sockets (`socket-messages.ts`). */
export interface MessageCodec {
  /**
   * Codes a value. The draft is overwritten by the next one unless `kept`.
   * @throws PicklingError when something in it cannot cross
   */
  encode(value: unknown): Draft;
  /** Bytes as a message of their own, without coding. */
  encodeBytes(bytes: Uint8Array): Draft;
  /** Where to take a message to that is decoded at once. */
  incoming(): Incoming;
  /**
   * The value of a message that was taken; ends the message.
   * @throws UnpicklingError
   */
  decode(incoming: Incoming): unknown;
  /** The same, or a promise of it where modules are to be loaded first; usually there are none. */
  decodeSoon(incoming: Incoming): unknown;
  /** The bytes of a message that was taken; ends the message. */
  decodeBytes(incoming: Incoming): Uint8Array;
}

/**
 * Values to messages and back: the seam between channels and the codec.
 *
 * A value is coded when it is put, so what cannot cross fails there. Short messages travel inside
 * a queue's own memory; all others in a block of theirs (`message-block.ts`), large binary data
 * without coding. Coding and decoding run user code, so they happen before and after a queue's
 * latches are taken, never under them.
 */
import {
  type Decoder,
  type Destination,
  type Encoder,
  createDecoder,
  createEncoder,
} from "../../carry/index.ts";
import { functionCarrier } from "../../carry/functions/carrier.ts";
import type { Handle } from "../../core/blocks.ts";
import { roomFor } from "../../core/large-data.ts";
import { UnpicklingError } from "../../errors.ts";
import type { MemberOf } from "../../sync/shared-object.ts";
import { dropCarried, noteCarriedBy } from "../../sync/carried.ts";
import type { Carried } from "../../sync/notes.ts";
import { carryAbortSignals } from "./carry-abort-signals.ts";
import { ConstantMessages } from "./constant-messages.ts";
import {
  type MessageCopy,
  copyBytes,
  freeMessage,
  placesIn,
  writeMessage,
} from "./message-block.ts";
import { Draft, Incoming, type MessageCodec } from "./message-stages.ts";

export { Draft, Incoming, type MessageCodec };

/** The longest message that travels inside a queue's own memory. */
export const INLINE_BYTES = 2_048;
/** Binary data from this size on is not coded. */
const OUT_OF_BAND_BYTES = 4_096;
/** A text of so many characters is certainly inline. */
const SHORT_TEXT = 256;

carryAbortSignals();

/** What runs no user code, carries nothing, and is short. */
function isPlain(value: unknown): boolean {
  const type = typeof value;
  if (type === "string") return (value as string).length <= SHORT_TEXT;
  return type === "number" || type === "undefined" || type === "boolean" || value === null;
}

/** The codec of one thread for one arena. */
export class Messages implements MessageCodec {
  readonly #memberOf: MemberOf;
  readonly #destination: Destination;
  readonly #encoder: Encoder;
  readonly #decoder: Decoder;
  readonly #scratch: Buffer = Buffer.allocUnsafeSlow(INLINE_BYTES);
  readonly #constants: ConstantMessages;
  readonly #draft = new Draft();
  readonly #incoming = new Incoming();
  #parts: Uint8Array[] = [];
  #arrived: MessageCopy | undefined;
  #coding = false;
  #decoding = false;

  constructor(memberOf: MemberOf, destination: Destination) {
    this.#memberOf = memberOf;
    this.#destination = destination;
    const put = (bytes: Uint8Array): number => this.#parts.push(bytes) - 1;
    const outOfBand = { put };
    this.#encoder = createEncoder({ destination, outOfBand, outOfBandBytes: OUT_OF_BAND_BYTES });
    this.#decoder = createDecoder({ destination, outOfBand: { take: (id) => this.#take(id) } });
    this.#constants = new ConstantMessages((value) => this.#code(value), this.#scratch);
  }

  /**
   * Codes a value. The draft is overwritten by the next one unless `kept`. `label` names the value
   * in errors.
   * @throws PicklingError when something in it cannot cross
   */
  encode(value: unknown, label?: string): Draft {
    if (this.#coding) return this.#nested(value, label);
    if (isPlain(value))
      return this.#short(this.#constants.write(value, this.#scratch) || this.#code(value));
    this.#coding = true;
    try {
      const { result: length, carried } = noteCarriedBy(() => this.#code(value, label));
      if (length <= INLINE_BYTES && carried.length === 0 && this.#parts.length === 0) {
        return this.#short(length);
      }
      const coded = this.#encoder.spilled ?? this.#scratch.subarray(0, length);
      return this.#inBlock(coded, carried);
    } finally {
      this.#coding = false;
      if (this.#parts.length > 0) this.#parts = [];
    }
  }

  #code(value: unknown, label?: string): number {
    return this.#encoder.encodeInto(value, this.#scratch, 0, INLINE_BYTES, label);
  }

  #short(length: number): Draft {
    const draft = this.#draft;
    draft.bytes = this.#scratch;
    draft.sizeBytes = draft.length = length;
    draft.block = 0;
    return draft;
  }

  #inBlock(coded: Uint8Array, carried: readonly Carried[]): Draft {
    try {
      return this.#write(coded, carried, this.#parts);
    } catch (error) {
      dropCarried(carried);
      throw error;
    }
  }

  #write(coded: Uint8Array, carried: readonly Carried[], parts: readonly Uint8Array[]): Draft {
    const member = this.#memberOf();
    const write = (): Handle => writeMessage(member, coded, carried, parts);
    return Object.assign(this.#draft, member.room.use(write));
  }

  /** A value coded by user code that runs while another is coded. */
  #nested(value: unknown, label: string | undefined): Draft {
    return new Messages(this.#memberOf, this.#destination).encode(value, label);
  }

  /** Bytes as a message of their own, without coding. */
  encodeBytes(bytes: Uint8Array): Draft {
    if (bytes.length > INLINE_BYTES) return this.#write(bytes, [], []);
    const draft = this.#short(bytes.length);
    draft.bytes = bytes;
    return draft;
  }

  /** Drops a draft that no queue took. */
  discard(draft: Handle): void {
    if (draft.block !== 0) freeMessage(this.#memberOf(), draft);
  }

  /** Where to take a message to that is decoded at once. */
  incoming(): Incoming {
    return this.#decoding ? new Incoming() : this.#incoming;
  }

  /**
   * The value of a message that was taken; ends the message.
   * @throws UnpicklingError
   */
  decode(incoming: Incoming): unknown {
    const { decoded } = incoming;
    if (decoded !== undefined) {
      incoming.decoded = undefined;
      return decoded.value;
    }
    if (incoming.block === 0) {
      const constant = this.#constants.find(incoming.bytes, incoming.length);
      if (constant >= 0) return this.#constants.at(constant);
      return this.#decodeBytes(incoming.bytes, 0, incoming.length);
    }
    const member = this.#memberOf();
    try {
      const { bytes } = member.arena;
      return this.#decodePlaces({ bytes, places: placesIn(member.arena, incoming.block) });
    } finally {
      freeMessage(member, incoming);
    }
  }

  /** The value of a message in a block that stays, or a promise of it, as `decodeSoon`. */
  decodeKeptSoon({ block }: Handle): unknown {
    const { arena } = this.#memberOf();
    const { bytes } = arena;
    const copy = { bytes, places: placesIn(arena, block) };
    const references = this.#decoder.references(bytes, copy.places.from, copy.places.to);
    const loading = functionCarrier.prepare(references);
    return loading?.then(() => this.decodeCopy(copy)) ?? this.decodeCopy(copy);
  }

  /** The value of a message that others may still take. */
  decodeCopy(copy: MessageCopy): unknown {
    return this.#decodePlaces(copy);
  }

  #decodePlaces(arrived: MessageCopy): unknown {
    const outer = this.#arrived;
    this.#arrived = arrived;
    try {
      return this.#decodeBytes(arrived.bytes, arrived.places.from, arrived.places.to);
    } finally {
      this.#arrived = outer;
    }
  }

  /** The bytes of a message that was taken; ends the message. */
  decodeBytes(incoming: Incoming): Uint8Array {
    const member = this.#memberOf();
    const inline = incoming.block === 0;
    const bytes = inline ? incoming.bytes : member.arena.bytes;
    const { from, to } = inline
      ? { from: 0, to: incoming.length }
      : placesIn(member.arena, incoming.block);
    const copy = new Uint8Array(to - from);
    copyBytes(bytes, from, copy, 0, copy.length);
    if (!inline) freeMessage(member, incoming);
    return copy;
  }

  /** The same, or a promise of it where modules are to be loaded first; usually there are none. */
  decodeSoon(incoming: Incoming): unknown {
    const loading = this.loadFor(incoming);
    if (loading === undefined) return this.decode(incoming);
    const own = Object.assign(new Incoming(), incoming);
    if (incoming.block === 0) own.bytes = Buffer.from(incoming.bytes.subarray(0, incoming.length));
    return loading.then(() => this.decode(own));
  }

  /** Loads the modules that a message needs to be decoded; undefined when there are none. */
  loadFor(incoming: Incoming): Promise<void> | undefined {
    if (incoming.decoded !== undefined) return undefined;
    const inline = incoming.block === 0;
    if (inline && this.#constants.find(incoming.bytes, incoming.length) >= 0) return undefined;
    const { arena } = this.#memberOf();
    const bytes = inline ? incoming.bytes : arena.bytes;
    const { from, to } = inline
      ? { from: 0, to: incoming.length }
      : placesIn(arena, incoming.block);
    return functionCarrier.prepare(this.#decoder.references(bytes, from, to));
  }

  #take(id: number): Uint8Array {
    const part = this.#arrived?.places.parts[id];
    if (part === undefined) throw new UnpicklingError(`part ${id} of a message is missing`);
    const copy = roomFor(part.to - part.from, this.#memberOf().arena);
    copyBytes(this.#arrived!.bytes, part.from, copy, 0, copy.length);
    return copy;
  }

  #decodeBytes(bytes: Buffer, from: number, to: number): unknown {
    const outer = this.#decoding;
    this.#decoding = true;
    try {
      return this.#decoder.decode(bytes, from, to);
    } finally {
      this.#decoding = outer;
    }
  }
}

const byMember = new Map<MemberOf, Messages>();

/** The codec of this thread for an arena; made at its first message. */
export function messagesOf(memberOf: MemberOf): Messages {
  let found = byMember.get(memberOf);
  if (found === undefined) {
    found = new Messages(memberOf, memberOf().arena.reach);
    byMember.set(memberOf, found);
  }
  return found;
}

/** The shape of a unit of the codec: one kind of built-in object, both ways. */
import type { Decoder } from "../decoder.ts";
import type { Encoder } from "../encoder.ts";

/**
 * A built-in class whose objects hold state beside their properties. The payload is that state;
 * prototype, own properties and frozenness are added by the encoder where they are out of the
 * ordinary.
 */
export interface Kind<T extends object = object> {
  readonly tag: number;
  /** The name of the class, as its constructor has it; for a family, of its main class. */
  readonly name: string;
  /** Whether the object has this kind's inner state, whatever its prototype is now. */
  is(value: object): value is T;
  /** The prototype that `decode` gives. */
  prototypeOf(value: T): object;
  /** Own properties that the payload does not cover; all of them when left out. */
  extraKeys?(value: T): readonly (string | symbol)[];
  /** Writes the payload. */
  encode(value: T, encoder: Encoder): void;
  /**
   * Reads the payload. Tells `decoder.define(id, object)` as soon as the object exists when the
   * payload holds other values, since these may lead back to it.
   */
  decode(decoder: Decoder, id: number): T;
}

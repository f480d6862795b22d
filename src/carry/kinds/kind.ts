/** The shape of a unit of the codec: one kind of built-in object, both ways. */
import type { GraphReader } from "../graph-reader.ts";
import type { GraphWriter } from "../graph-writer.ts";

/**
 * A built-in class whose objects hold state beside their properties. The payload is that state;
 * prototype, own properties and frozenness are added by the writer where they are out of the
 * ordinary.
 */
export interface Kind<T extends object = object> {
  readonly tag: number;
  /** The name of the class, as its constructor has it; for a family, of its main class. */
  readonly name: string;
  /** The classes whose instances are of this kind and need no further questions. */
  readonly types?: readonly { readonly prototype: object }[];
  /** Whether the object has this kind's inner state, whatever its prototype is now. */
  is(value: object): value is T;
  /** The prototype that `decode` gives. */
  prototypeOf(value: T): object;
  /** Own properties that the payload does not cover; all of them when left out. */
  extraKeys?(value: T): readonly (string | symbol)[];
  /** Writes the payload. */
  encode(value: T, writer: GraphWriter): void;
  /**
   * Reads the payload. Tells `reader.define(id, object)` as soon as the object exists when the
   * payload holds other values, since these may lead back to it.
   */
  decode(reader: GraphReader, id: number): T;
}

/**
 * Messages to values; the counterpart of `Encoder`. Made once for a channel, it keeps the key lists
 * and short strings that messages repeat.
 */
import type { DecoderOptions } from "./destination.ts";
import { GraphReader, type Reference } from "./graph-reader.ts";
import * as tag from "./tags.ts";
import { undecodable } from "./unpickling.ts";

export class Decoder {
  readonly #options: DecoderOptions;
  readonly #graph: GraphReader;
  #busy = false;
  #inner: Decoder | undefined;

  constructor(options: DecoderOptions) {
    this.#options = options;
    this.#graph = new GraphReader(options);
  }

  /**
   * The value of one message. Nothing of `bytes` is kept.
   * @throws UnpicklingError when they do not decode, or name something that is not found here.
   */
  decode(bytes: Uint8Array, start = 0, end: number = bytes.length): unknown {
    if (this.#busy) return this.#nested().decode(bytes, start, end);
    const graph = this.#graph;
    this.#busy = true;
    try {
      graph.in.begin(bytes, start, end);
      if (graph.in.byte() !== tag.FORMAT) graph.references = this.#readReferences(start);
      const value = graph.value();
      if (graph.in.left > 0) throw graph.in.damaged("something is left over");
      return value;
    } catch (error) {
      throw undecodable(error);
    } finally {
      graph.forget();
      this.#busy = false;
    }
  }

  /**
   * Loads the modules that the message names, then decodes it. `bytes` must not change until the
   * promise settles.
   * @throws UnpicklingError as `decode` does.
   */
  async decodeAsync(bytes: Uint8Array, start = 0, end: number = bytes.length): Promise<unknown> {
    const references = this.references(bytes, start, end);
    if (references.length > 0) await this.#prepare(references);
    return this.decode(bytes, start, end);
  }

  /** What must be loaded before `decode` can find it without waiting; usually nothing. */
  references(bytes: Uint8Array, start = 0, end: number = bytes.length): readonly Reference[] {
    if (bytes[start] === tag.FORMAT) return [];
    if (this.#busy) return this.#nested().references(bytes, start, end);
    const graph = this.#graph;
    this.#busy = true;
    try {
      graph.in.begin(bytes, start, end);
      graph.in.byte();
      return this.#readReferences(start);
    } catch (error) {
      throw undecodable(error);
    } finally {
      graph.forget();
      this.#busy = false;
    }
  }

  async #prepare(references: readonly Reference[]): Promise<void> {
    const { carrier, destination } = this.#options;
    if (carrier === undefined || destination === "foreign") return;
    try {
      await carrier.prepare(references);
    } catch (error) {
      throw undecodable(error);
    }
  }

  /** Reads the list at the end, and leaves the reader before the value. */
  #readReferences(start: number): Reference[] {
    const graph = this.#graph;
    const { in: reader } = graph;
    if (reader.bytes[start] !== tag.FORMAT_WITH_REFERENCES) {
      throw reader.damaged("an unknown format");
    }
    const body = reader.position;
    const listEnd = reader.end - 4;
    if (listEnd < body) throw reader.damaged("no list of references");
    reader.position = listEnd;
    const length = reader.int32();
    const bodyEnd = listEnd - length;
    if (length < 0 || bodyEnd < body) throw reader.damaged("no list of references");
    reader.position = bodyEnd;
    reader.end = listEnd;
    const list = graph.value();
    if (!Array.isArray(list) || reader.left > 0) throw reader.damaged("no list of references");
    graph.begin();
    reader.position = body;
    reader.end = bodyEnd;
    return list as Reference[];
  }

  /** For a message read while another is being read, by code that runs meanwhile. */
  #nested(): Decoder {
    return (this.#inner ??= new Decoder(this.#options));
  }
}

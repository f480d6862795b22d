/**
 * Values to messages. A message is a format byte, the graph of the value, and, when functions of
 * other modules are in it, the list of what to import, so that the receiver can do so first.
 *
 * An encoder is made once for a channel and keeps what makes it fast: its buffer and the key lists
 * that it has seen.
 */
import { PicklingError } from "../errors.ts";
import type { EncoderOptions } from "./destination.ts";
import { GraphWriter } from "./graph-writer.ts";
import { Refusal } from "./refusal.ts";
import * as tag from "./tags.ts";

export class Encoder {
  /** The whole message, when the last `encodeInto` did not fit; until the next message. */
  spilled: Uint8Array | undefined = undefined;
  readonly #options: EncoderOptions;
  readonly #graph: GraphWriter;
  #busy = false;
  #inner: Encoder | undefined;

  constructor(options: EncoderOptions) {
    this.#options = options;
    this.#graph = new GraphWriter(options);
  }

  /**
   * The value as bytes: a view that the next message overwrites, so copy it at once.
   *
   * `label` names the value in errors: `fn` for `fn → config → .db`.
   * @throws PicklingError when something in it cannot cross; nothing is sent then.
   */
  encode(value: unknown, label?: string): Uint8Array {
    if (this.#busy) return this.#nested().encode(value, label);
    const { out } = this.#graph;
    out.begin();
    this.#write(value, label);
    return out.view();
  }

  /**
   * Writes the value to `target` from `start` on and answers how many bytes it takes. When they do
   * not fit before `end`, `target` is not complete and `spilled` has the whole message.
   * @throws PicklingError as `encode` does.
   */
  encodeInto(
    value: unknown,
    target: Uint8Array,
    start = 0,
    end: number = target.length,
    label?: string,
  ): number {
    if (this.#busy) return this.#elsewhere(value, target, start, end, label);
    const { out } = this.#graph;
    out.beginIn(target, start, end);
    this.#write(value, label);
    const { length } = out;
    this.spilled = out.inPlace ? undefined : out.view();
    if (this.spilled !== undefined && length <= end - start) {
      // Room was asked for generously near the end, and not used.
      target.set(this.spilled, start);
      this.spilled = undefined;
    }
    return length;
  }

  #write(value: unknown, label: string | undefined): void {
    const graph = this.#graph;
    this.#busy = true;
    try {
      graph.begin();
      graph.out.byte(tag.FORMAT);
      graph.value(value);
      if (graph.references.length > 0) this.#appendReferences();
    } catch (error) {
      for (const undo of graph.undo) undo();
      throw refused(error, label ?? (typeof value === "function" ? value.name || "fn" : ""));
    } finally {
      graph.forget();
      this.#busy = false;
    }
  }

  /** References go to the end, where the receiver finds them before it decodes. */
  #appendReferences(): void {
    const graph = this.#graph;
    const { out } = graph;
    const before = out.length;
    graph.begin();
    graph.value([...graph.references]);
    out.int32(out.length - before);
    out.bytes[out.position - out.length] = tag.FORMAT_WITH_REFERENCES;
  }

  /** For a message begun while another is being written, by a hook that runs meanwhile. */
  #nested(): Encoder {
    return (this.#inner ??= new Encoder(this.#options));
  }

  #elsewhere(
    value: unknown,
    target: Uint8Array,
    start: number,
    end: number,
    label: string | undefined,
  ): number {
    const nested = this.#nested();
    const length = nested.encodeInto(value, target, start, end, label);
    this.spilled = nested.spilled;
    return length;
  }
}

function refused(error: unknown, label: string): unknown {
  if (error instanceof Refusal) return error.toPicklingError(label);
  if (error instanceof RangeError && /call stack/i.test(error.message)) {
    const reason = "it is nested too deeply; send it in parts, or as a flat list";
    return new PicklingError(`Cannot send ${label || "the value"}: ${reason}`, label);
  }
  return error;
}

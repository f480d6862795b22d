/**
 * What `communicate` does: feeds the input and gathers all that the program writes, in both
 * directions at once, so that neither side can wait for the other.
 */
import type { Readable, Writable } from "node:stream";
import { Gate } from "./gate.ts";
import type { OutputReader } from "./output-reader.ts";
import { TextCodec } from "./text-codec.ts";

export interface Gathered {
  readonly stdout: Buffer | null;
  readonly stderr: Buffer | null;
}

/** A program that ended has written everything; what is still in its pipes comes at once. */
const QUIET_TURNS = 2;
/** Somebody else may go on writing into the same pipe. */
const MOST_TURNS = 100;

export class Communication {
  /** Opens when there is nothing more to wait for. */
  readonly done: Gate = new Gate();
  readonly #stdout: Collector | null;
  readonly #stderr: Collector | null;

  /** @param onEnd is called when the last output has come to its end */
  constructor(stdout: OutputReader | null, stderr: OutputReader | null, onEnd: () => void) {
    this.#stdout = stdout === null ? null : new Collector(stdout, onEnd);
    this.#stderr = stderr === null ? null : new Collector(stderr, onEnd);
  }

  /** Writes the input and closes the pipe. A program that does not read it is no error. */
  feed(stdin: Writable, input: Buffer | null): void {
    if (stdin.writableEnded || stdin.destroyed) return;
    if (input === null || input.length === 0) stdin.end();
    else stdin.end(input);
  }

  get ended(): boolean {
    return this.#all().every((collector) => collector.ended);
  }

  pause(): void {
    for (const collector of this.#all()) collector.pause();
  }

  resume(): void {
    for (const collector of this.#all()) collector.resume();
  }

  /** What has come so far. */
  get gathered(): Gathered {
    return { stdout: this.#stdout?.bytes ?? null, stderr: this.#stderr?.bytes ?? null };
  }

  /** What has come, as the program's user asked for it. */
  results(codec: TextCodec | null): [string | Buffer | null, string | Buffer | null] {
    return [this.#stdout?.result(codec) ?? null, this.#stderr?.result(codec) ?? null];
  }

  /** Takes what a program left in its pipes, and closes them. */
  async drain(): Promise<void> {
    this.resume();
    let quiet = 0;
    for (let turn = 0; turn < MOST_TURNS && quiet < QUIET_TURNS && !this.ended; turn++) {
      const before = this.#size;
      await new Promise((resolve) => setImmediate(resolve));
      quiet = this.#size === before ? quiet + 1 : 0;
    }
    for (const collector of this.#all()) collector.close();
  }

  get #size(): number {
    return this.#all().reduce((sum, { size }) => sum + size, 0);
  }

  #all(): Collector[] {
    return [this.#stdout, this.#stderr].filter((collector) => collector !== null);
  }
}

class Collector {
  readonly #stream: Readable;
  /** The stream gives text, because somebody has begun to read it. */
  readonly #textual: boolean;
  readonly #chunks: Buffer[] = [];
  size = 0;
  ended = false;

  constructor(reader: OutputReader, onEnd: () => void) {
    const source = reader.takeSource();
    this.#stream = source ?? reader;
    this.#textual = source === null && reader.codec !== null;
    this.#stream.on("data", (chunk: Buffer | string) => {
      const bytes = typeof chunk === "string" ? Buffer.from(chunk) : chunk;
      this.#chunks.push(bytes);
      this.size += bytes.length;
    });
    const end = (): void => {
      if (this.ended) return;
      this.ended = true;
      onEnd();
    };
    this.#stream.once("end", end).once("close", end).once("error", end);
    if (this.#stream.destroyed || this.#stream.readableEnded) this.ended = true;
  }

  pause(): void {
    this.#stream.pause();
  }

  resume(): void {
    this.#stream.resume();
  }

  close(): void {
    this.#stream.destroy();
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  result(codec: TextCodec | null): string | Buffer {
    if (codec === null) return this.bytes;
    return (this.#textual ? new TextCodec("utf-8") : codec).decode(this.bytes);
  }
}

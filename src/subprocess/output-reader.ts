/**
 * Our end of a pipe that a program writes to, as a Node stream of bytes or text.
 *
 * Nothing is read before somebody asks for it. Until then the end can be handed over: to another
 * program as its input, so that the two are joined as in a shell and end-of-file and broken pipes
 * reach them without us; or to `communicate`, which wants the bytes themselves.
 */
import { Socket } from "node:net";
import { Readable } from "node:stream";
import { StateError } from "../errors.ts";
import { closeNative } from "../platform/close-native.ts";
import type { NewlineDecoder, TextCodec } from "./text-codec.ts";

/** Closes the descriptors of readers that were dropped unread. */
const dropped = new FinalizationRegistry<number>(closeNative);

export class OutputReader extends Readable {
  /** A descriptor until it is read from, then a socket; null once gone. */
  #source: number | Socket | null;
  #started = false;
  readonly #decoder: NewlineDecoder | null;
  /** The encoding of what this gives; null for bytes. */
  readonly codec: TextCodec | null;

  constructor(source: number | Socket, codec: TextCodec | null) {
    super(codec === null ? {} : { encoding: "utf8" });
    this.#source = source;
    this.codec = codec;
    this.#decoder = codec === null ? null : codec.decoder();
    if (typeof source === "number") dropped.register(this, source, this);
    else source.on("error", () => undefined);
  }

  /**
   * Gives the end away, for the stdin of another program; null when reading from it has begun. What
   * is given is still ours to close, with `destroy`, once the program has it.
   * @throws StateError when it was given away or closed before
   */
  handOver(): number | Socket | null {
    if (this.destroyed && !this.readableEnded)
      throw new StateError("this output was closed, or given to another program");
    if (this.#wanted) return null;
    if (this.#source instanceof Socket && this.#source.bytesRead > 0) return null;
    return this.#source;
  }

  /** The stream of bytes below, unless reading has begun; this one ends then. */
  takeSource(): Socket | null {
    if (this.#wanted || this.#source === null) return null;
    const socket = this.#open(this.#source);
    this.#source = null;
    this.destroy();
    return socket;
  }

  /** Somebody reads, or listens in order to. */
  get #wanted(): boolean {
    return this.#started || this.readableFlowing !== null;
  }

  #open(source: number | Socket): Socket {
    if (typeof source !== "number") return source;
    dropped.unregister(this);
    return new Socket({ fd: source, readable: true, writable: false }).on("error", () => undefined);
  }

  override _read(): void {
    if (this.#source === null) return;
    if (this.#started) {
      (this.#source as Socket).resume();
      return;
    }
    this.#started = true;
    const socket = this.#open(this.#source);
    this.#source = socket;
    let ended = false;
    const end = (): void => {
      if (ended) return;
      ended = true;
      this.#give(this.#decoder?.end() ?? "");
      this.push(null);
    };
    socket.on("data", (bytes: Buffer) => {
      if (!this.#give(this.#decoder?.write(bytes) ?? bytes)) socket.pause();
    });
    socket.once("end", end).once("close", end);
  }

  #give(piece: string | Buffer): boolean {
    if (piece.length === 0) return true;
    return typeof piece === "string" ? this.push(piece, "utf8") : this.push(piece);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    const source = this.#source;
    this.#source = null;
    if (typeof source === "number") {
      dropped.unregister(this);
      closeNative(source);
    } else {
      source?.destroy();
    }
    done(error);
  }
}

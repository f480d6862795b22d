/**
 * Messages over a socket: what connections and managers build on. Messages that come are handed on
 * by calls, one after the other as they come, without a promise for each. Whoever takes them says
 * `pause` when they are too many.
 */
import { BrokenConnectionError } from "../../errors.ts";
import type { PollRequest } from "../../platform/process-platform.ts";
import { FrameReader, type TakeFrame } from "./frame-reader.ts";
import type { Draft } from "../messages/message.ts";
import type { SocketStream, StreamEvents } from "./socket-stream.ts";

/** Who takes what comes over a link. */
export interface LinkEvents {
  /** A message lies from `from` to `to` of bytes that stay as they are. */
  onMessage(bytes: Buffer, from: number, to: number): void;
  /** Nothing more comes; `failure` says why, unless the other side just left. */
  onEnd(failure: Error | undefined): void;
  /** All that waited to be sent is sent. */
  onDrain(): void;
}

/** The longest messages that each side takes. */
export interface MessageLimits {
  readonly mostBytes: number;
  readonly peerMostBytes: number;
}

export class SocketLink implements StreamEvents {
  readonly #stream: SocketStream;
  readonly #reader: FrameReader;
  readonly #limits: MessageLimits;
  readonly #take: TakeFrame;
  #events: LinkEvents | undefined;
  #early: Buffer | undefined;
  #over = false;

  /** Takes over a stream from which nothing but a greeting was read, and what came behind it. */
  constructor(stream: SocketStream, limits: MessageLimits, rest: Buffer) {
    this.#stream = stream;
    this.#limits = limits;
    this.#reader = new FrameReader(limits.mostBytes);
    this.#take = (bytes, from, to) => {
      if (!this.#over) this.#events!.onMessage(bytes, from, to);
    };
    // Nothing is taken before somebody wants it.
    stream.pause();
    this.#early = rest;
    stream.handTo(this);
  }

  /** Begins: from now on, and perhaps within this call, `events` is told what comes. */
  open(events: LinkEvents): void {
    this.#events = events;
    const early = this.#early!;
    this.#early = undefined;
    if (early.length > 0) this.onBytes(early);
    if (this.#stream.ended) this.onEnd();
    else this.#stream.resume();
  }

  /** Whether blocking calls can use it. */
  get blocks(): boolean {
    return this.#stream.blocks;
  }

  get unwritable(): boolean {
    return this.#stream.unwritable;
  }

  get queuedBytes(): number {
    return this.#stream.queuedBytes;
  }

  get pollRequest(): PollRequest {
    return this.#stream.pollRequest;
  }

  /**
   * Sends a message: at once as far as there is room, the rest as soon as there is.
   * @throws BrokenConnectionError when it is longer than the other side takes
   */
  send({ head, bytes, length, sizeBytes }: Draft): void {
    const { peerMostBytes } = this.#limits;
    if (sizeBytes > peerMostBytes) {
      throw new BrokenConnectionError(
        `a message of ${sizeBytes} bytes is longer than the ${peerMostBytes} that the other side ` +
          "takes; send it in parts, or raise maxMessageBytes there",
      );
    }
    if (head !== undefined) this.#stream.write(head);
    this.#stream.write(bytes.length === length ? bytes : bytes.subarray(0, length));
  }

  pump(): void {
    if (!this.#over) this.#stream.pump();
  }

  pause(): void {
    this.#stream.pause();
  }

  resume(): void {
    this.#stream.resume();
  }

  hold(on: boolean): void {
    this.#stream.hold(on);
  }

  /** Closes it when all that was sent is written. */
  close(): void {
    this.#over = true;
    this.#stream.close();
  }

  /** @internal */
  onBytes(chunk: Buffer): void {
    if (this.#over) return;
    try {
      this.#reader.push(chunk, this.#take);
    } catch (error) {
      this.#fail(error as Error);
    }
  }

  /** @internal */
  room(): Buffer | undefined {
    return this.#reader.room;
  }

  /** @internal */
  onRoomFilled(count: number): void {
    this.#reader.filledRoom(count, this.#take);
  }

  /** @internal */
  onEnd(): void {
    this.#fail(undefined);
  }

  /** @internal */
  onDrain(): void {
    if (!this.#over) this.#events?.onDrain();
  }

  #fail(error: Error | undefined): void {
    if (this.#over || this.#events === undefined) return;
    this.#over = true;
    this.#stream.destroy();
    this.#events.onEnd(error instanceof BrokenConnectionError ? error : undefined);
    if (error !== undefined && !(error instanceof BrokenConnectionError)) throw error;
  }
}

/**
 * The parent's end of the connection to a child: frames over a socket.
 *
 * The same descriptor serves the event loop and calls that block. The loop reads it through a
 * `net.Socket`; a blocking wait sleeps in `poll` and reads directly (`pump`). Neither can take the
 * other's bytes in between, because both run in the same thread, and what the loop has read is
 * handed on at once. Writing never blocks: what does not fit waits in a queue, which is flushed by
 * a timer or by the pump, whichever comes first.
 */
import { Socket } from "node:net";
import { onCopy } from "../../platform/copies.ts";
import type { PollRequest } from "../../platform/process-platform.ts";
import { readAvailable, writeAvailable } from "../../core/descriptor-io.ts";
import { encodeFrame, type Frame, FrameReader } from "./frames.ts";

export interface ChannelEvents {
  onFrame(frame: Frame): void;
  /** The other side is gone. `exitRecord` is what stood behind a torn frame, if anything. */
  onEnd(exitRecord: number | null): void;
}

const CHUNK = 65_536;
const RETRY_MS = 1;

/** Channels of this process that are open: a forked child lets go of its parent's. */
const openChannels = new Set<Channel>();

export class Channel {
  readonly fd: number;
  readonly #socket: Socket;
  readonly #events: ChannelEvents;
  readonly #reader = new FrameReader();
  #queue: Uint8Array[] = [];
  #retry: NodeJS.Timeout | undefined;
  #ended = false;

  /** @param stream the loop's stream for `fd`, where one exists already */
  constructor(fd: number, events: ChannelEvents, stream?: Socket) {
    this.fd = fd;
    this.#events = events;
    // Half open: the descriptor is closed by us alone, so its number cannot be a stranger's.
    const options = { fd, readable: true, writable: true, allowHalfOpen: true };
    this.#socket = stream ?? new Socket(options);
    this.#socket.on("data", (chunk: Buffer) => this.#take(chunk));
    this.#socket.on("end", () => this.#end());
    // A reset by a peer that died with unread bytes; "close" follows.
    this.#socket.on("error", () => {});
    this.#socket.on("close", () => this.#end());
    openChannels.add(this);
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** What a blocking wait watches on behalf of this channel. */
  get pollRequest(): PollRequest {
    return { fd: this.fd, write: this.#queue.length > 0 };
  }

  send(kind: number, body: Uint8Array): void {
    if (this.#ended) return;
    this.#queue.push(encodeFrame(kind, body));
    this.#flush();
  }

  /** Reads and writes whatever is possible now, without sleeping. */
  pump(): void {
    this.#flush();
    while (!this.#ended) {
      if (this.#socket.destroyed) return this.#end();
      const chunk = Buffer.allocUnsafe(CHUNK);
      const size = readAvailable(this.fd, chunk);
      if (size < 0) return;
      if (size === 0) return this.#end();
      this.#take(chunk.subarray(0, size));
    }
  }

  /** Keeps the program alive while the channel is open, or not. */
  hold(on: boolean): void {
    if (on) this.#socket.ref();
    else this.#socket.unref();
  }

  close(): void {
    this.#ended = true;
    clearTimeout(this.#retry);
    this.#queue = [];
    openChannels.delete(this);
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    for (const frame of this.#reader.push(chunk)) this.#events.onFrame(frame);
  }

  #end(): void {
    if (this.#ended) return;
    const record = this.#reader.recordAtEnd();
    this.close();
    this.#events.onEnd(record);
  }

  #flush(): void {
    while (this.#queue.length > 0 && !this.#ended && !this.#socket.destroyed) {
      const first = this.#queue[0]!;
      const size = writeAvailable(this.fd, first);
      if (size < 0) {
        this.#retry ??= setTimeout(() => {
          this.#retry = undefined;
          this.#flush();
        }, RETRY_MS);
        return;
      }
      // Nobody reads any more: the end of the stream will say so.
      if (size === 0) this.#queue = [];
      else if (size === first.length) this.#queue.shift();
      else this.#queue[0] = first.subarray(size);
    }
  }
}

/** In a forked child: lets go of every connection that belongs to the parent. */
onCopy(() => {
  for (const channel of openChannels) channel.close();
});

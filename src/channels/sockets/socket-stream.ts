/**
 * The bytes of one socket, for the event loop and for calls that block alike.
 *
 * The loop reads the descriptor through a `net.Socket`; a blocking call sleeps in `poll` and reads
 * it directly (`pump`). Neither can take the other's bytes in between, because both run in the same
 * thread, and what the loop has read is handed on at once.
 *
 * Bytes are written directly while the kernel has room. What does not fit waits in a queue of ours,
 * of which the loop is given one piece at a time: it tells when there is room again. A blocking
 * call cannot wait for the loop, so it takes back what the loop has not written of its piece, by
 * going on with a copy of the descriptor.
 *
 * Without native calls everything goes through the loop, and `pump` does nothing.
 */
import type { Socket } from "node:net";
import * as net from "node:net";
import { readAvailable, writeAvailable } from "../../core/descriptor-io.ts";
import {
  type PollRequest,
  type ProcessPlatform,
  processPlatform,
} from "../../platform/process-platform.ts";
import { Outbox } from "./outbox.ts";
import { unsent } from "../connections/unsent-streams.ts";

export interface StreamEvents {
  /** The bytes stay as they are afterwards. */
  onBytes(chunk: Buffer): void;
  /** Where the next bytes should be read to, if not to anywhere. */
  room?(): Buffer | undefined;
  /** So many bytes were read to there. */
  onRoomFilled?(count: number): void;
  /** Nothing more comes: the other side is gone. */
  onEnd(): void;
  /** All that waited was written. */
  onDrain(): void;
}

/** What Node has behind a socket and does not document. */
interface Native {
  readonly fd?: number;
  readonly writeQueueSize: number;
}

const READ_BYTES = 65_536;
/** A buffer with less room than this is not read to any more. */
const LEAST_ROOM = 8_192;
/** The most that the loop is given at once. */
const PIECE_BYTES = 262_144;

/** The descriptor of a socket; -1 where there is none. */
export function descriptorOf(socket: Socket | net.Server): number {
  return (socket as unknown as { _handle?: Native | null })._handle?.fd ?? -1;
}

export class SocketStream {
  #socket: Socket;
  #fd: number;
  readonly #platform: ProcessPlatform | null;
  #events: StreamEvents;
  readonly #outbox = new Outbox();
  /** What the loop is writing. */
  #piece: Buffer | undefined;
  #feeding = false;
  #ended = false;
  #unwritable = false;
  #closing = false;
  #paused = false;
  #held = false;
  #space: Buffer = Buffer.alloc(0);
  #spaceAt = 0;

  /** @param socket connected; nothing has been read from it yet */
  constructor(socket: Socket, events: StreamEvents) {
    this.#events = events;
    const fd = descriptorOf(socket);
    this.#platform = fd < 0 ? null : processPlatform();
    this.#fd = fd;
    this.#socket = socket;
    this.#attach(socket);
  }

  #attach(socket: Socket): void {
    socket.on("data", (chunk: Buffer) => {
      if (socket === this.#socket) this.#events.onBytes(chunk);
    });
    const over = (): void => {
      if (socket === this.#socket) this.#end();
    };
    socket.on("end", over);
    // A reset by a peer that died with unread bytes; "close" follows.
    socket.on("error", () => {});
    socket.on("close", over);
    if (this.#paused) socket.pause();
    if (this.#held) socket.ref();
    else socket.unref();
  }

  /** Has another take what comes from now on. */
  handTo(events: StreamEvents): void {
    this.#events = events;
  }

  /** Whether blocking calls can read and write. */
  get blocks(): boolean {
    return this.#platform !== null;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Whether nothing that is written can arrive any more. */
  get unwritable(): boolean {
    return this.#unwritable || this.#ended || this.#closing;
  }

  /** Bytes that wait for room. */
  get queuedBytes(): number {
    return this.#outbox.bytes + (this.#piece?.length ?? 0);
  }

  /** What a blocking wait watches on behalf of this stream. */
  get pollRequest(): PollRequest {
    return { fd: this.#fd, read: !this.#paused, write: this.queuedBytes > 0 };
  }

  /** Sends bytes, which may change afterwards. */
  write(bytes: Uint8Array): void {
    if (this.unwritable) return;
    let rest = bytes;
    if (this.#platform !== null && this.queuedBytes === 0) {
      const size = writeAvailable(this.#fd, bytes);
      if (size === bytes.length) return;
      if (size === 0 && bytes.length > 0) return this.#breakOff();
      if (size > 0) rest = bytes.subarray(size);
    }
    this.#outbox.push(rest);
    if (this.#platform !== null) unsent.add(this);
    this.#feedLoopSoon();
  }

  /** Nothing that waits is written, and the stream goes on. */
  leaveUnsent(): void {
    this.#dropQueue();
  }

  #breakOff(): void {
    this.#unwritable = true;
    this.#dropQueue();
  }

  #dropQueue(): void {
    this.#outbox.clear();
    this.#piece = undefined;
    unsent.delete(this);
  }

  /** Writes whatever there is room for now; true when nothing waits any more. */
  #flush(): boolean {
    const outcome = this.#outbox.flush(this.#fd);
    if (outcome === "nobody reads") this.#breakOff();
    return outcome !== "no room";
  }

  /** Not now: a call that blocks may follow, which would have to take it back. */
  #feedLoopSoon(): void {
    if (this.#feeding || this.#piece !== undefined) return;
    this.#feeding = true;
    queueMicrotask(() => {
      this.#feeding = false;
      this.#feedLoop();
    });
  }

  /** Has the loop write a piece of what waits. */
  #feedLoop(): void {
    if (this.#piece !== undefined || this.#outbox.bytes === 0 || this.#ended) return;
    const piece = (this.#piece = this.#outbox.take(PIECE_BYTES));
    this.#socket.write(piece, (error) => {
      // Not when it was taken back meanwhile, or the stream is over.
      if (this.#piece !== piece || (error !== undefined && error !== null)) return;
      this.#piece = undefined;
      if (this.#platform === null || !this.#flush()) this.#feedLoop();
      if (this.queuedBytes === 0) this.#drained();
    });
  }

  #drained(): void {
    unsent.delete(this);
    this.#events.onDrain();
    if (this.#closing) this.#socket.destroy();
  }

  /** Goes on without the loop's piece, which comes before what waits. */
  #takeBack(): void {
    const piece = this.#piece!;
    const old = this.#socket;
    const left = (old as unknown as { _handle: Native })._handle.writeQueueSize;
    // What the loop has read and not handed on.
    while (old.read() !== null);
    const fd = this.#platform!.duplicate(this.#fd);
    this.#piece = undefined;
    if (left > 0) this.#outbox.unshift(piece.subarray(piece.length - left));
    this.#fd = fd;
    this.#socket = new net.Socket({ fd, readable: true, writable: true, allowHalfOpen: true });
    old.destroy();
    this.#attach(this.#socket);
  }

  /** Reads and writes whatever is possible now, without sleeping and without the loop. */
  pump(): void {
    if (this.#platform === null || this.#ended) return;
    if (this.#socket.destroyed) return this.#end();
    this.flushNow();
    if (this.#paused) return;
    // Handed on by its "data" event.
    while (this.#socket.readableLength > 0) this.#socket.read();
    while (!this.#paused && !this.#ended && this.#read());
  }

  /** Writes whatever is possible now, without the loop. */
  flushNow(): void {
    if (this.queuedBytes === 0 || this.#ended) return;
    if (this.#socket.destroyed) return this.#end();
    if (this.#piece !== undefined) this.#takeBack();
    if (this.#flush()) this.#drained();
    else this.#feedLoopSoon();
  }

  /** Reads once; whether there may be more. */
  #read(): boolean {
    const room = this.#events.room?.();
    if (room !== undefined) {
      const size = readAvailable(this.#fd, room);
      if (size > 0) this.#events.onRoomFilled!(size);
      else if (size === 0) this.#end();
      return size === room.length;
    }
    if (this.#space.length - this.#spaceAt < LEAST_ROOM) {
      this.#space = Buffer.allocUnsafeSlow(READ_BYTES);
      this.#spaceAt = 0;
    }
    const space = this.#space.subarray(this.#spaceAt);
    const size = readAvailable(this.#fd, space);
    if (size > 0) {
      this.#spaceAt += size;
      this.#events.onBytes(space.subarray(0, size));
    } else if (size === 0) this.#end();
    return size === space.length;
  }

  /** Nothing is read until `resume`: the kernel's buffer fills, and the other side has to wait. */
  pause(): void {
    this.#paused = true;
    this.#socket.pause();
  }

  resume(): void {
    this.#paused = false;
    this.#socket.resume();
  }

  /** Keeps the program alive while the stream is open, or not. */
  hold(on: boolean): void {
    this.#held = on;
    if (on) this.#socket.ref();
    else this.#socket.unref();
  }

  /** Closes it once all that was sent is written. */
  close(): void {
    if (this.#closing) return;
    this.#closing = true;
    this.#paused = true;
    this.#socket.pause();
    if (this.queuedBytes === 0 || this.#ended || this.#unwritable) this.#socket.destroy();
  }

  /** Closes it at once. */
  destroy(): void {
    this.#closing = true;
    this.#dropQueue();
    this.#socket.destroy();
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#dropQueue();
    this.#socket.destroy();
    this.#events.onEnd();
  }
}

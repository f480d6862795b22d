/**
 * The child's end of the connection to its parent. Writing blocks until the parent has taken the
 * bytes; nothing is registered with the event loop unless somebody listens for messages, so the
 * link never keeps a child alive by itself.
 */
import { closeSync, readSync } from "node:fs";
import { Socket } from "node:net";
import {
  readAvailable,
  sleepUntilReady,
  writeAll,
  LONGEST_SLEEP_MS,
} from "../../core/descriptor-io.ts";
import { encodeFrame, type Frame, FrameReader, Kind } from "./frames.ts";

const CHUNK = 65_536;
/** Enough for most children, and from memory that Node has at hand. */
const FIRST_CHUNK = 4_000;

export class ParentLink {
  readonly fd: number;
  readonly #reader = new FrameReader();
  #pending: Frame[] = [];
  #socket: Socket | undefined;
  #closed = false;
  #deliver: (frame: Frame) => void = () => {};

  constructor(fd: number) {
    this.fd = fd;
  }

  /** False when the parent is gone. */
  send(kind: number, body: Uint8Array): boolean {
    return !this.#closed && writeAll(this.fd, encodeFrame(kind, body));
  }

  /** The next frame; null when the parent is gone. */
  receiveSync(): Frame | null {
    for (let chunkSize = FIRST_CHUNK; ; chunkSize = CHUNK) {
      const next = this.#pending.shift();
      if (next !== undefined) return next;
      const chunk = Buffer.allocUnsafe(chunkSize);
      const size = this.#read(chunk);
      if (size === 0) return null;
      if (size > 0) this.#pending = this.#reader.push(chunk.subarray(0, size));
    }
  }

  /** Hands over the parent's messages from now on. `onEnd`: the parent is gone. */
  listen(onMessage: (body: Uint8Array) => void, onEnd: () => void): void {
    this.#deliver = ({ kind, body }) => {
      if (kind === Kind.MESSAGE) onMessage(body);
    };
    this.#pending.splice(0).forEach(this.#deliver);
    this.#socket = new Socket({ fd: this.fd, readable: true, writable: false });
    this.#socket.on("data", (chunk: Buffer) => this.#reader.push(chunk).forEach(this.#deliver));
    this.#socket.on("error", () => {});
    this.#socket.on("close", () => {
      // Its number may be somebody else's soon.
      this.#closed = true;
      onEnd();
    });
  }

  /** Hands over, without the event loop, what has come since. */
  look(): void {
    for (;;) {
      const chunk = Buffer.allocUnsafe(CHUNK);
      const size = readAvailable(this.fd, chunk);
      if (size <= 0) return;
      this.#reader.push(chunk.subarray(0, size)).forEach(this.#deliver);
    }
  }

  /** Whether listening keeps this process alive. */
  hold(on: boolean): void {
    if (on) this.#socket?.ref();
    else this.#socket?.unref();
  }

  close(): void {
    this.#closed = true;
    if (this.#socket === undefined) closeSync(this.fd);
    else this.#socket.destroy();
  }

  #read(into: Uint8Array): number {
    try {
      return readSync(this.fd, into);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== "EAGAIN") return 0;
      sleepUntilReady([{ fd: this.fd }], LONGEST_SLEEP_MS);
      return -1;
    }
  }
}

let current: ParentLink | undefined;

/** The way to the parent of this process. To be called in children only. */
export function currentParentLink(): ParentLink {
  return current!;
}

export function adoptParentLink(link: ParentLink): void {
  current = link;
}

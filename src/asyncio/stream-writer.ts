/** The writing side of a stream. */
import type { Socket } from "node:net";
import type { Wait } from "../core/deadline.ts";
import { BrokenConnectionError, ClosedError, TimeoutError } from "../errors.ts";
import { showByToString } from "../core/shown.ts";
import { Line } from "./line.ts";
import { takeCancellation } from "./scope.ts";
import { limitsOf, Waiter, type Place } from "./waiter.ts";
import { partStaysHere } from "./stays-here.ts";

/** The writing side of a connection. What is written is queued and sent in the background. */
export class StreamWriter {
  readonly #socket: Socket;
  readonly #draining = new Line<void>();
  readonly #closing = new Line<void>();
  readonly #drain: Place<void> = {
    leave: (waiter) => this.#draining.leave(waiter),
    describe: () => "StreamWriter.drain()",
  };
  readonly #close: Place<void> = {
    leave: (waiter) => this.#closing.leave(waiter),
    describe: () => "StreamWriter.waitClosed()",
  };
  #error: Error | undefined;
  #ended = false;
  #closed = false;

  /** @internal */
  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("drain", () => release(this.#draining));
    socket.on("error", (error) => (this.#error = error));
    socket.on("close", () => {
      this.#closed = true;
      release(this.#draining);
      release(this.#closing);
    });
  }

  /** True after `close`, or when the connection is gone. */
  get isClosing(): boolean {
    return this.#ended || this.#closed || this.#socket.destroyed;
  }

  /** Queues bytes to be sent; `await drain()` keeps the queue short. @throws ClosedError */
  write(data: string | Uint8Array): void {
    if (this.#ended) throw new ClosedError("the writer is closed");
    if (typeof data !== "string" && !(data instanceof Uint8Array))
      throw new TypeError(`write takes a string or bytes, not ${typeof data}`);
    if (!this.#socket.destroyed) this.#socket.write(data);
  }

  /** `write` for each; no newlines are added. @throws ClosedError */
  writeLines(lines: Iterable<string | Uint8Array>): void {
    for (const line of lines) this.write(line);
  }

  /**
   * Waits until the queue of unsent bytes is short again.
   * @throws BrokenConnectionError when the connection is lost, TimeoutError when the time is over
   */
  async drain(wait: Wait = {}): Promise<void> {
    const limits = limitsOf(wait);
    limits.signal?.throwIfAborted();
    const refused = takeCancellation();
    if (refused !== undefined) throw refused;
    this.#requireConnection();
    if (!this.#socket.writableNeedDrain) return;
    const waiter = new Waiter<void>(this.#drain);
    this.#draining.join(waiter);
    waiter.limit(limits, () =>
      waiter.fail(new TimeoutError(`the other side did not keep up for ${limits.timeoutMs} ms`)),
    );
    await waiter.promise;
    this.#requireConnection();
  }

  /** Says that nothing more will be written; the other side reads its end of stream. */
  writeEof(): void {
    this.#socket.end();
  }

  /** Sends what is queued and closes the connection. May be repeated. */
  close(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#socket.end(() => this.#socket.destroy());
  }

  /** Waits until the connection is closed. @throws TimeoutError when the time is over */
  async waitClosed(wait: Wait = {}): Promise<void> {
    const limits = limitsOf(wait);
    limits.signal?.throwIfAborted();
    if (this.#closed) return;
    const waiter = new Waiter<void>(this.#close);
    this.#closing.join(waiter);
    waiter.limit(limits, () =>
      waiter.fail(new TimeoutError(`the connection was not closed in ${limits.timeoutMs} ms`)),
    );
    return waiter.promise;
  }

  /** `socket`, `peername` or `sockname`. */
  getExtraInfo(name: "socket" | "peername" | "sockname"): unknown {
    if (name === "socket") return this.#socket;
    const { remoteAddress, remotePort, localAddress, localPort } = this.#socket;
    return name === "peername"
      ? { address: remoteAddress, port: remotePort }
      : { address: localAddress, port: localPort };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    await this.waitClosed();
  }

  toString(): string {
    return `<StreamWriter ${this.#closed ? "closed" : this.isClosing ? "closing" : "open"}>`;
  }

  #requireConnection(): void {
    if (this.#error === undefined && !(this.#socket.destroyed && !this.#ended)) return;
    throw new BrokenConnectionError("the connection is lost", { cause: this.#error });
  }
}
showByToString(StreamWriter);
partStaysHere(StreamWriter, "StreamWriter");

function release(line: Line<void>): void {
  for (let next = line.next(); next !== undefined; next = line.next()) next.grant();
}

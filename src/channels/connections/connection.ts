/** Messages to and from whoever has the other end: of a pipe, or of a socket. */
import { type SyncWait, type Wait, timeAllowed } from "../../core/deadline.ts";
import { BrokenConnectionError, BufferTooShortError, EndOfStreamError } from "../../errors.ts";
import { type Binary, checkedMost, checkedWait, partOf } from "./connection-arguments.ts";
import { ConnectionBase } from "./connection-base.ts";
import { NOTHING } from "../lanes/lane-reader.ts";
import type { Incoming } from "../messages/message.ts";

/** How to receive bytes. */
export interface ReceiveOptions extends SyncWait {
  /** A longer message fails, and then no more can be read. */
  maxLength?: number;
}

/**
 * One end of a connection. Objects are coded when they are sent, so what cannot cross fails there.
 * Made by `Pipe()`, by `Client()` and by a `Listener`.
 */
export class Connection extends ConnectionBase {
  /**
   * Sends an object; waits while the other side is far behind.
   * @throws PicklingError, BrokenConnectionError when nobody has the other end, TimeoutError,
   * ClosedError, StateError on an end that only receives
   */
  async send(value: unknown, wait?: Wait): Promise<void> {
    const allowed = checkedWait(wait);
    this.mustWrite();
    await this.sent(this.messages.encode(value), allowed);
  }

  /** Sends an object; blocks the thread while the other side is far behind. */
  sendSync(value: unknown, wait?: SyncWait): void {
    const timeoutMs = timeAllowed(wait);
    this.mustWrite();
    const outcome = this.transport.addSync(this.messages.encode(value), timeoutMs);
    this.checkSent(outcome, timeoutMs);
  }

  /**
   * Sends bytes of `buffer` as they are, for `recvBytes` on the other side.
   * @throws RangeError when offset or size lie outside of it; otherwise as `send`
   */
  async sendBytes(buffer: Binary, offset?: number, size?: number, wait?: Wait): Promise<void> {
    const allowed = checkedWait(wait);
    const bytes = partOf(buffer, offset, size);
    this.mustWrite();
    await this.sent(this.messages.encodeBytes(bytes), allowed);
  }

  /** The same, blocking the thread. */
  sendBytesSync(buffer: Binary, offset?: number, size?: number, wait?: SyncWait): void {
    const timeoutMs = timeAllowed(wait);
    const bytes = partOf(buffer, offset, size);
    this.mustWrite();
    const outcome = this.transport.addSync(this.messages.encodeBytes(bytes), timeoutMs);
    this.checkSent(outcome, timeoutMs);
  }

  /**
   * Receives the next object; waits for it.
   * @throws EndOfStreamError when the other side closed and all was read, TimeoutError,
   * ClosedError, UnpicklingError, StateError on an end that only sends
   */
  async recv(wait?: Wait): Promise<unknown> {
    return this.messages.decodeSoon(await this.received(checkedWait(wait)));
  }

  /** Receives the next object; blocks the thread until it is there. */
  recvSync(wait?: SyncWait): unknown {
    return this.messages.decode(this.receivedSync(timeAllowed(wait)));
  }

  /** Receives the next object if there is one. */
  tryRecv(): { value: unknown } | undefined {
    this.mustRead();
    const incoming = this.messages.incoming();
    let outcome = this.transport.tryTake(incoming);
    if (outcome === NOTHING) {
      // Nobody may have the other end any more, and nobody have noticed.
      if (!this.transport.readySync({ timeoutMs: 0 })) return undefined;
      outcome = this.transport.tryTake(incoming);
      if (outcome === NOTHING) return undefined;
    }
    this.checkReceived(outcome, 0);
    return { value: this.messages.decode(incoming) };
  }

  /**
   * Receives the bytes of the next message.
   * @throws BrokenConnectionError when they are more than `maxLength`; otherwise as `recv`
   */
  async recvBytes(options?: ReceiveOptions & Wait): Promise<Uint8Array> {
    const most = checkedMost(options);
    return this.#bytesOf(await this.received(checkedWait(options)), most);
  }

  /** The same, blocking the thread. */
  recvBytesSync(options?: ReceiveOptions): Uint8Array {
    const most = checkedMost(options);
    return this.#bytesOf(this.receivedSync(timeAllowed(options)), most);
  }

  #bytesOf(incoming: Incoming, most: number): Uint8Array {
    const bytes = this.messages.decodeBytes(incoming);
    if (bytes.length <= most) return bytes;
    this.overrun = true;
    throw new BrokenConnectionError(
      `a message of ${bytes.length} bytes came where ${most} were allowed; ` +
        `nothing more can be read from ${this.transport.name}`,
    );
  }

  /**
   * Receives the bytes of the next message into `buffer` and answers how many they are.
   * @throws BufferTooShortError, which has the whole message; otherwise as `recv`
   */
  async recvBytesInto(buffer: Binary, offset = 0, wait?: Wait): Promise<number> {
    const target = partOf(buffer, offset);
    return this.#fill(target, await this.received(checkedWait(wait)));
  }

  /** The same, blocking the thread. */
  recvBytesIntoSync(buffer: Binary, offset = 0, wait?: SyncWait): number {
    const target = partOf(buffer, offset);
    return this.#fill(target, this.receivedSync(timeAllowed(wait)));
  }

  #fill(target: Uint8Array, incoming: Incoming): number {
    const bytes = this.messages.decodeBytes(incoming);
    if (bytes.length > target.length) {
      throw new BufferTooShortError(
        `a message of ${bytes.length} bytes does not fit into ${target.length}`,
        bytes,
      );
    }
    target.set(bytes);
    return bytes.length;
  }

  /** Receives objects until the other side closed. */
  async *[Symbol.asyncIterator](): AsyncGenerator<unknown, void, undefined> {
    for (;;) {
      let value: unknown;
      try {
        value = await this.recv();
      } catch (error) {
        if (error instanceof EndOfStreamError) return;
        throw error;
      }
      yield value;
    }
  }
}

/**
 * Holds tasks in any thread or process, with or without shared memory: they connect, and go on when
 * the connection ends.
 */
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";

export class Gate implements AsyncDisposable {
  readonly #server = createServer((socket) => {
    socket.on("error", () => {});
    this.#waiting.add(socket);
    this.#tellArrivals();
  });
  readonly #waiting = new Set<Socket>();
  #arrivals: { count: number; resolve: () => void }[] = [];

  /** Where tasks are to wait. */
  async port(): Promise<number> {
    if (!this.#server.listening) await once(this.#server.listen(0, "127.0.0.1"), "listening");
    return (this.#server.address() as AddressInfo).port;
  }

  /** Resolves when so many tasks wait. */
  arrived(count = 1): Promise<void> {
    return new Promise((resolve) => {
      this.#arrivals.push({ count, resolve });
      this.#tellArrivals();
    });
  }

  #tellArrivals(): void {
    this.#arrivals = this.#arrivals.filter(({ count, resolve }) => {
      if (this.#waiting.size < count) return true;
      resolve();
      return false;
    });
  }

  /** Lets go all that wait. */
  open(): void {
    for (const socket of this.#waiting) socket.destroy();
    this.#waiting.clear();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.open();
    if (this.#server.listening) await once(this.#server.close(), "close");
  }
}

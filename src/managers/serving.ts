/** A running server: it takes links through a door, from a listener, or both. */
import type { Connection } from "../channels/connections/connection.ts";
import { Listener } from "../channels/sockets/listener.ts";
import { Ledger } from "../channels/lanes/reference.ts";
import type { Address } from "../channels/sockets/socket-address.ts";
import { inBackground } from "../core/flow.ts";
import { AuthenticationError, ClosedError, EndOfStreamError } from "../errors.ts";
import { HotLinks } from "./hot-links.ts";
import { Link } from "./link.ts";
import type { Registry } from "./registry.ts";
import { ServedLink } from "./served-link.ts";
import { Server } from "./server.ts";
import type { AuthKey } from "./way.ts";

/** Where a server listens. */
export interface Listening {
  readonly address: Address | null;
  readonly authKey: AuthKey;
}

export class Serving {
  readonly server: Server;
  #listener: Listener | undefined;

  /** @param door null where there is no shared memory, and for servers of other programs */
  constructor(registry: Registry, door: Connection | null, onShutdown: () => void) {
    this.server = new Server(registry, door === null ? null : new Ledger(), onShutdown);
    if (door !== null) void this.#openDoor(door);
  }

  /** Listens for other programs; answers where. */
  async listen({ address, authKey }: Listening): Promise<Address> {
    const at = address === null ? {} : { address };
    const listener = (this.#listener = new Listener({ ...at, authKey }));
    await listener.ready;
    void inBackground(() => this.#accept(listener));
    return listener.address;
  }

  async #openDoor(door: Connection): Promise<void> {
    const hot = new HotLinks(() => this.server.hasPendingCalls);
    try {
      for (;;) {
        const connection = (await door.recv()) as Connection;
        hot.add(new ServedLink(new Link(connection, "process"), this.server));
      }
    } catch (error) {
      if (!isEnd(error)) throw error;
    }
  }

  async #accept(listener: Listener): Promise<void> {
    for (;;) {
      let connection: Connection;
      try {
        connection = await listener.accept();
      } catch (error) {
        // One who did not pass is no reason not to take the next.
        if (error instanceof AuthenticationError) continue;
        if (isEnd(error)) return;
        throw error;
      }
      void new ServedLink(new Link(connection, "peer"), this.server).serve();
    }
  }

  stop(): void {
    this.#listener?.close();
    this.server.stop();
  }
}

const isEnd = (error: unknown): boolean =>
  error instanceof EndOfStreamError || error instanceof ClosedError;

/**
 * A manager's server in a child process of its family: what runs there.
 *
 * The process is a daemonic child, so that it ends with its parent however that ends, but may have
 * children itself: objects of a manager may be pools.
 */
import type { Connection } from "../channels/connection.ts";
import { Ledger } from "../channels/reference.ts";
import { EndOfStreamError } from "../errors.ts";
import { currentIdentity } from "../workers/identity.ts";
import { HotLinks } from "./hot-links.ts";
import { Link } from "./link.ts";
import type { Registry, TypeEntry } from "./registry.ts";
import { ServedLink } from "./served-link.ts";
import { Server } from "./server.ts";
import { addSyncTypes } from "./types/all.ts";

/** What a server process is started with. */
export interface ServerSetup {
  readonly types: readonly (readonly [typeId: string, type: TypeEntry])[];
  readonly withSyncTypes: boolean;
  readonly initializer: ((...args: never[]) => unknown) | null;
  readonly initArgs: readonly unknown[];
  /** Where the family's threads ask for links. */
  readonly door: Connection;
  /** Told that the server is ready. */
  readonly ready: Connection;
}

/** What the starter is told. */
export interface Readiness {
  readonly serverId: string;
}

/** Runs a server until it is told to end. */
export async function runFamilyServer(setup: ServerSetup): Promise<void> {
  currentIdentity().daemon = false;
  await setup.initializer?.(...(setup.initArgs as never[]));
  const registry: Registry = new Map(setup.types);
  if (setup.withSyncTypes) addSyncTypes(registry);
  await new Promise<void>((resolve) => {
    const server = new Server(registry, new Ledger(), () => setImmediate(resolve));
    process.on("SIGTERM", () => resolve());
    void openDoor(server, setup.door);
    setup.ready.sendSync({ serverId: server.id } satisfies Readiness);
    setup.ready.close();
  });
  // Timers and sockets of the objects that live here do not keep it.
  process.exit(0);
}

/** Serves all who come through the door. */
async function openDoor(server: Server, door: Connection): Promise<void> {
  const hot = new HotLinks(() => server.hasPendingCalls);
  try {
    for (;;) {
      const connection = (await door.recv()) as Connection;
      hot.add(new ServedLink(new Link(connection, "process"), server));
    }
  } catch (error) {
    if (!(error instanceof EndOfStreamError)) throw error;
  }
}

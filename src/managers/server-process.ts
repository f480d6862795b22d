/**
 * A manager's server in a child process of its family.
 *
 * The process is a daemonic child, so that it ends with its parent however that ends, but may have
 * children itself: objects of a manager may be pools.
 */
import { randomBytes } from "node:crypto";
import { Client } from "../channels/sockets/client.ts";
import type { Connection } from "../channels/connections/connection.ts";
import { Listener } from "../channels/sockets/listener.ts";
import { familyPipe } from "../channels/connections/pipe-connection.ts";
import type { Address } from "../channels/sockets/socket-address.ts";
import { BootstrapError } from "../errors.ts";
import { whyNoSharedMemory } from "../platform/load.ts";
import { currentIdentity } from "../workers/identity.ts";
import type { StartMethod } from "../workers/runtime.ts";
import type { Registry, TypeEntry } from "./registry.ts";
import { type Listening, Serving } from "./serving.ts";
import { launchHost, type ServerHome, type ServerHost } from "./server-host.ts";
import { addBuiltIn, type BuiltIn } from "./types/all.ts";
import type { AuthKey, Way } from "./way.ts";

/** What a server process is to be. */
export interface ServerOrder {
  readonly name: string;
  readonly home: ServerHome;
  readonly types: readonly (readonly [typeId: string, type: TypeEntry])[];
  readonly builtIn: BuiltIn;
  readonly initializer: ((...args: never[]) => unknown) | null;
  readonly initArgs: readonly unknown[];
  readonly address: Address | null;
  readonly authKey: AuthKey | null;
  readonly startMethod: StartMethod | undefined;
}

/** What is sent there: the order, and how to say that the server is ready. */
interface Setup extends Pick<
  ServerOrder,
  "types" | "builtIn" | "initializer" | "initArgs" | "address"
> {
  readonly authKey: AuthKey;
  readonly door: Connection | null;
  readonly ready: Connection | { readonly address: Address; readonly authKey: AuthKey };
}

interface Readiness {
  readonly serverId: string;
  readonly address: Address;
}

/** A server that runs. */
export interface StartedServer {
  readonly process: ServerHost;
  readonly serverId: string;
  readonly way: Way;
}

/** Starts a server. @throws what its initializer throws, AlreadyExistsError for its address */
export async function startServer(order: ServerOrder): Promise<StartedServer> {
  return whyNoSharedMemory() === null ? await startInFamily(order) : await startOverSockets(order);
}

async function startInFamily(order: ServerOrder): Promise<StartedServer> {
  const [door, forClients] = familyPipe({ duplex: false });
  const [ready, fromServer] = familyPipe({ duplex: false });
  try {
    const server = await launch(order, { door, ready: fromServer });
    const { serverId, address } = await readiness(server, ready.recv());
    return { process: server, serverId, way: wayOf(order, forClients, address) };
  } catch (error) {
    forClients.close();
    throw error;
  } finally {
    for (const end of [door, ready, fromServer]) end.close();
  }
}

/** Where memory is not shared, the server says through a socket that it is ready. */
async function startOverSockets(order: ServerOrder): Promise<StartedServer> {
  const authKey = randomBytes(32);
  using listener = new Listener({ authKey });
  const { address } = await listener.ready;
  const hear = async (): Promise<unknown> => {
    const connection = await listener.accept();
    const heard = await connection.recv();
    connection.close();
    return heard;
  };
  const server = await launch(order, { door: null, ready: { address, authKey } });
  const heard = await readiness(server, hear());
  return { process: server, serverId: heard.serverId, way: wayOf(order, null, heard.address) };
}

const wayOf = ({ authKey }: ServerOrder, door: Connection | null, address: Address): Way => ({
  door,
  address,
  authKey,
});

async function launch(
  order: ServerOrder,
  ways: Pick<Setup, "door" | "ready">,
): Promise<ServerHost> {
  const { home, name, types, builtIn, initializer, initArgs, startMethod } = order;
  const authKey = order.authKey ?? currentIdentity().authKey;
  const address = order.address ?? someAddress();
  const setup = { types, builtIn, initializer, initArgs, address, authKey, ...ways };
  return await launchHost({ home, name, startMethod, target: runServer, args: [setup] });
}

/** A name that leaves no file behind, where there are such. */
function someAddress(): Address | null {
  if (process.platform !== "linux") return null;
  return `\0manyhands-${process.pid}-${randomBytes(8).toString("hex")}`;
}

/** What the server says, or why it ended without a word. */
async function readiness(server: ServerHost, said: Promise<unknown>): Promise<Readiness> {
  const isReady = new AbortController();
  const ended = (async (): Promise<never> => {
    await server.result({ signal: isReady.signal });
    throw new BootstrapError("the manager's server ended before it was ready");
  })();
  // Whichever comes second is of no interest.
  ended.catch(() => {});
  said.catch(() => {});
  try {
    return (await Promise.race([said.catch(() => ended), ended])) as Readiness;
  } finally {
    // From now on its end is nothing that the program waits for.
    isReady.abort();
  }
}

/** In the process: runs the server until it is told to end. */
async function runServer(setup: Setup): Promise<void> {
  currentIdentity().daemon = false;
  await setup.initializer?.(...(setup.initArgs as never[]));
  const registry: Registry = new Map(setup.types);
  addBuiltIn(registry, setup.builtIn);
  let shutDown!: () => void;
  const told = new Promise<void>((resolve) => (shutDown = resolve));
  // The answer to whoever asked for it goes first.
  const serving = new Serving(registry, setup.door, () => setImmediate(shutDown));
  process.on("SIGTERM", shutDown);
  await sayReady(setup, {
    serverId: serving.server.id,
    address: await serving.listen(setup satisfies Listening),
  });
  await told;
  serving.stop();
  // Timers and sockets of the objects that live here do not keep it.
  setImmediate(() => process.exit(0));
}

async function sayReady({ ready }: Setup, readiness: Readiness): Promise<void> {
  const connection =
    "authKey" in ready ? await Client(ready.address, { authKey: ready.authKey }) : ready;
  await connection.send(readiness);
  connection.close();
}

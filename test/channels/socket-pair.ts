/** Both ends of a connection over a socket, in one thread. */
import { Client, type Connection, Listener, type ListenerOptions } from "manyhands/multiprocessing";

const open: Connection[] = [];

/** A listener of its own for each pair: what it accepted outlives it. */
export async function pair(options: ListenerOptions): Promise<[Connection, Connection]> {
  const listener = await new Listener(options).ready;
  const { authKey } = options;
  const connecting = Client(listener.address, authKey === undefined ? {} : { authKey });
  const ends: [Connection, Connection] = [await listener.accept(), await connecting];
  listener.close();
  open.push(...ends);
  return ends;
}

/** Closes whatever a test left open. */
export function closeAll(): void {
  for (const connection of open.splice(0)) connection.close();
}

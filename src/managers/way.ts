/**
 * The ways to a manager's server.
 *
 * In the family each thread puts one end of a new pipe into the server's door and keeps the other:
 * that is its link. The door is a pipe as well; it is shut when the server dies, and what waits in
 * it is dropped, so whoever waits for an answer meets the end of the stream. From other programs,
 * and where memory is not shared, links go through sockets.
 */
import { randomBytes } from "node:crypto";
import { threadId } from "node:worker_threads";
import { Client, ClientSync } from "../channels/sockets/client.ts";
import type { Connection } from "../channels/connections/connection.ts";
import { familyPipe } from "../channels/connections/pipe-connection.ts";
import { type Address, checkedAddress, shownAddress } from "../channels/sockets/socket-address.ts";
import { Deadline } from "../core/deadline.ts";
import { BrokenConnectionError, EndOfStreamError, TimeoutError } from "../errors.ts";
import type { Owner } from "../sync/holders.ts";
import { currentIdentity } from "../workers/identity.ts";
import { currentThreadIdentity } from "../workers/threads/thread-identity.ts";
import { EMPTY, Link } from "./link.ts";
import * as protocol from "./protocol.ts";

/** A key that both sides must have. */
export type AuthKey = Uint8Array;

/** @throws TypeError */
export function checkedKey(authKey: unknown): AuthKey | null {
  if (authKey === undefined) return null;
  if (typeof authKey === "string") return Buffer.from(authKey);
  if (authKey instanceof Uint8Array) return Uint8Array.from(authKey);
  throw new TypeError("authKey must be bytes (a Uint8Array or a Buffer) or a string");
}

/** How a server can be reached. */
export interface Way {
  /** Where those of the family ask for links; null for other programs. */
  readonly door: Connection | null;
  /** Where it listens; null when it does not. */
  readonly address: Address | null;
  /** Null when it is the key of this process. */
  readonly authKey: AuthKey | null;
}

/** Who one says one is: the same on all links of a thread. */
export interface Caller {
  readonly id: string;
  readonly who: Owner;
}

/** A name for who asks a server, which nobody else has. */
export const newId = (): string => randomBytes(12).toString("base64url");

/** This thread, under a name of that kind. */
export const callerOf = (id: string): Caller => ({ id, who: thisThread() });

/** This thread, as locks that it holds show it. */
function thisThread(): Owner {
  const { name } = threadId === 0 ? currentIdentity() : currentThreadIdentity();
  return { pid: process.pid, threadId, name };
}

/** A new link through the door. @throws BrokenConnectionError when the server is gone */
export function linkThrough(door: Connection, caller: Caller): Link {
  const [mine, theirs] = familyPipe();
  try {
    door.sendSync(theirs);
  } catch (error) {
    mine.close();
    throw error;
  } finally {
    theirs.close();
  }
  const link = new Link(mine, "process");
  link.postSync(hello(protocol.ONE_WAY, caller));
  return link;
}

function toListener({ address, authKey }: Way): { address: Address; authKey: AuthKey } {
  return { address: address!, authKey: authKey ?? currentIdentity().authKey };
}

/** A link to another program, and which server it is. */
export interface Met {
  readonly link: Link;
  readonly serverId: string;
}

const hello = (call: number, { id, who }: Caller): protocol.Request => [
  call,
  protocol.SERVER,
  protocol.HELLO,
  0,
  id,
  who.name,
  who.pid,
  who.threadId,
];

/** @throws BrokenConnectionError when nobody listens there, AuthenticationError, TimeoutError */
export async function linkTo(way: Way, caller: Caller): Promise<Met> {
  const { address, authKey } = toListener(way);
  const link = new Link(await Client(address, { authKey }), "peer");
  try {
    await link.post(hello(protocol.SYNC, caller));
    return met(link, await link.receive());
  } catch (error) {
    link.close();
    throw broken(error, address);
  }
}

/** The same, blocking the thread. @param timeoutMs how long it may take, where that is known */
export function linkToSync(way: Way, caller: Caller, timeoutMs?: number): Met {
  const { address, authKey } = toListener(way);
  const deadline = new Deadline(timeoutMs ?? Infinity);
  const patience = timeoutMs === undefined ? {} : { timeoutMs };
  const link = new Link(ClientSync(address, { authKey, ...patience }), "peer");
  try {
    link.postSync(hello(protocol.SYNC, caller));
    const answer = link.receiveSync(deadline.remainingMs);
    if (answer !== EMPTY) return met(link, answer);
    throw new TimeoutError(`${shown(address)} did not answer for ${timeoutMs} ms`);
  } catch (error) {
    link.close();
    throw broken(error, address);
  }
}

function met(link: Link, answer: unknown): Met {
  const serverId = Array.isArray(answer) ? (answer[2] as unknown) : undefined;
  if (typeof serverId === "string") return { link, serverId };
  throw new EndOfStreamError("whoever listens there is no manager's server");
}

const broken = (error: unknown, address: Address): unknown =>
  error instanceof EndOfStreamError
    ? new BrokenConnectionError(`no manager's server answers at ${shown(address)}`)
    : error;

/** What to call a server in messages. */
export const nameOf = ({ address }: Way, serverId: string): string =>
  address === null ? `manager ${serverId.slice(0, 6)}` : shown(address);

/** An address as it is shown in messages. */
export const shown = (address: Address): string => shownAddress(checkedAddress(address, 0));

/**
 * What a copy by `fork` has of its program's connections, servers, watches and requests.
 *
 * Nothing of it goes on there: it takes no bytes, datagrams and connections, hears of no changes,
 * and ends no request, all of which is for the original alone. A socket that still has something to
 * write, or is not connected yet, would go on by itself, and a server would keep its port when the
 * original leaves it; closing one here would remove the file of a Unix socket. So their descriptors
 * are put on a connection that is always full. Connections that lie idle in a pool for HTTP would
 * be taken out of it here as there, so those are closed.
 */
import { closeSync } from "node:fs";
import { Socket } from "node:net";
import { writeAvailable } from "../../core/descriptor-io.ts";
import { processPlatform } from "../../platform/process-platform.ts";
import type { ActivityLog } from "./activity.ts";
import { startReading } from "../crossing/moving-socket.ts";

/** What node has behind its objects and does not document. */
interface Handle {
  readonly fd?: number;
  readonly writeQueueSize?: number;
  reading?: boolean;
  onconnection?: unknown;
  oncomplete?: unknown;
  readStop?(): void;
  recvStop?(): void;
  close?(): void;
  ref?(): void;
  unref?(): void;
  hasRef?(): boolean;
}

interface Owner {
  readonly _handle?: Handle | null;
  readonly connecting?: boolean;
}

const FULL_BYTES = 65_536;
const LAST_STANDARD_STREAM = 2;
const WATCHES: ReadonlySet<string> = new Set(["FSEvent", "StatWatcher"]);

/** What is behind an object that users have. */
function handleBehind(owner: object): Handle | undefined {
  // Those for datagrams have the other name too, and warn of it.
  const state = hidden(owner, "state symbol") as { handle?: Handle } | undefined;
  return state?.handle ?? (owner as Owner)._handle ?? undefined;
}

/** What internal property a symbol of node's with this description names. */
function hidden(object: object, description: string): unknown {
  const symbols = Object.getOwnPropertySymbols(object);
  const symbol = symbols.find((one) => one.description === description);
  return symbol && (object as Record<symbol, unknown>)[symbol];
}

/** All that there is, but for what is handed to the copy. To be asked before it begins anything. */
export function inheritedHandles(
  activity: ActivityLog,
  kept: ReadonlySet<unknown> = new Set(),
): Set<object> {
  const handles = new Set(activity.resources);
  for (const owner of activeOwners()) handles.add(handleBehind(owner) ?? owner);
  for (const owner of kept) handles.delete(handleBehind(owner as object)!);
  return handles;
}

/** Node lists what keeps the program alive. */
const activeOwners = (): object[] =>
  (process as unknown as { _getActiveHandles(): object[] })._getActiveHandles();

export function silence(inherited: ReadonlySet<object>): void {
  const busy: number[] = [];
  for (const handle of inherited as ReadonlySet<Handle>) {
    if (typeof handle.oncomplete === "function") handle.oncomplete = () => {};
    if (WATCHES.has(handle.constructor.name)) handle.close?.();
    const { fd = -1 } = handle;
    if (fd <= LAST_STANDARD_STREAM) continue;
    const owner = hidden(handle, "owner_symbol") as Owner | undefined;
    if (isIdleForHttp(handle, owner)) (owner as Socket).destroy();
    else if (goesOnByItself(handle, owner)) busy.push(fd);
    else stop(handle);
  }
  if (busy.length > 0) makeFull(busy);
}

function goesOnByItself(handle: Handle, owner: Owner | undefined): boolean {
  if (typeof handle.onconnection === "function" || owner?.connecting === true) return true;
  return (handle.writeQueueSize ?? 0) > 0;
}

function stop(handle: Handle): void {
  handle.recvStop?.();
  if (typeof handle.readStop !== "function") return;
  handle.reading = false;
  handle.readStop();
}

/** Nobody waits for it, so it does not keep the program alive; a pool listens to it, or parses. */
function isIdleForHttp(handle: Handle, owner: Owner | undefined): boolean {
  if (owner === undefined || handle.hasRef?.() !== false) return false;
  const isAgents = (owner as Socket).listenerCount?.("agentRemove") > 0;
  return isAgents || hidden(owner, "parser") !== undefined;
}

/** What was handed to the copy is the copy's, and keeps it alive; nothing else there does. */
export function takeOver(kept: ReadonlySet<unknown> = new Set()): void {
  for (const owner of activeOwners()) {
    if (!kept.has(owner)) (owner as Handle).unref?.();
  }
  for (const owner of kept) {
    (owner as Handle).ref?.();
    if (!(owner instanceof Socket) || !owner.readable) continue;
    flowAnew(owner);
    startReading(owner);
  }
}

/**
 * A socket that was sent flows when somebody listens; so does a copied one, which the program may
 * have paused, or had its server accept so (`pauseOnConnect`), to leave all bytes to the child.
 */
function flowAnew(socket: Socket): void {
  if (socket.readableFlowing === false)
    (socket as { readableFlowing: boolean | null }).readableFlowing = null;
}

/** Descriptors that nothing can be written to, and nothing ever comes from. */
function makeFull(descriptors: readonly number[]): void {
  const platform = processPlatform()!;
  // The other end stays open as long as this process lives.
  const [full] = platform.socketPair("stream");
  platform.setNonBlocking(full, true);
  const bytes = Buffer.alloc(FULL_BYTES);
  while (writeAvailable(full, bytes) > 0);
  for (const fd of descriptors) {
    platform.duplicateOnto(full, fd);
    platform.setCloseOnExec(fd, true);
  }
  closeSync(full);
  platform.enterIntoLoop(descriptors);
}

/** For a copy in which everything goes on: the sockets among that go on, too. */
export function rejoinLoop(): void {
  const descriptors = activeOwners().map((owner) => handleBehind(owner)?.fd ?? -1);
  const open = descriptors.filter((fd) => fd >= 0);
  if (open.length > 0) processPlatform()!.enterIntoLoop(open);
}

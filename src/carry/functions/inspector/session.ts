/**
 * The session of this thread with V8's inspector.
 *
 * One that is connected from within the same thread answers before `post` returns, so a capture
 * happens exactly at the call. While a session is open, V8 also gets what goes to the console,
 * which takes three times as long then, and keeps the last thousand messages with all that they
 * show. So the session is kept for the next capture, but not for long, and what was kept meanwhile
 * is dropped; unless somebody may want to see it, who debugs this program.
 *
 * No domain is left enabled. The Debugger domain is never enabled at all, because awaits stay
 * slower after it; nor the Profiler's, since disconnecting would then end the coverage of other
 * sessions.
 */
import type { Session } from "node:inspector";
import { onCopy } from "../../../platform/copies.ts";

/** Passes values to the inspector's side and back. */
export interface Holder {
  fn: unknown;
  found: unknown;
}

export interface Connection {
  readonly session: Session;
  readonly holder: Holder;
  readonly holderId: string;
}

export interface RemoteObject {
  readonly objectId?: string;
  readonly value?: unknown;
}

export interface Answer {
  readonly result: RemoteObject;
}

const HOLDER = Symbol.for("manyhands.inspected");
const GROUP = "manyhands";
const IDLE_MS = 50;

const inspector = (): typeof import("node:inspector") => process.getBuiltinModule("node:inspector");
let connection: Connection | undefined;
let idle: NodeJS.Timeout | undefined;

/** The open session, or a new one. Throws where the inspector is denied. */
export function connect(): Connection {
  connection ??= open();
  if (idle === undefined) idle = setTimeout(disconnect, IDLE_MS).unref();
  else idle.refresh();
  return connection;
}

/** One message to the inspector, answered at once. */
export function post(method: string, parameters?: object): unknown {
  return postTo(connect().session, method, parameters);
}

function postTo(session: Session, method: string, parameters?: object): unknown {
  let answer: { error: Error | null; result: unknown } | undefined;
  session.post(method, parameters, (error, result) => {
    answer = { error, result };
  });
  if (answer === undefined) throw new Error(`the inspector answers ${method} late`);
  if (answer.error) throw new Error(`${method}: ${answer.error.message}`);
  return answer.result;
}

/** Calls the function with this source on a remote object. */
export function callOn(objectId: string, source: string, argument?: string): Answer {
  return post("Runtime.callFunctionOn", {
    objectId,
    functionDeclaration: source,
    objectGroup: GROUP,
    silent: true,
    ...(argument === undefined ? {} : { arguments: [{ objectId: argument }] }),
  }) as Answer;
}

/** Whether a debugger can look at this program from outside. */
export function isDebugged(): boolean {
  return inspector().url() !== undefined;
}

function open(): Connection {
  const session = new (inspector().Session)();
  session.connect();
  // `process` is one object for all contexts of a thread, also where a test runner makes new ones.
  const holder: Holder = Object.assign(Object.create(null), { fn: undefined, found: undefined });
  Object.defineProperty(process, HOLDER, { value: holder, configurable: true });
  const { result } = postTo(session, "Runtime.evaluate", {
    expression: 'process[Symbol.for("manyhands.inspected")]',
  }) as Answer;
  Reflect.deleteProperty(process, HOLDER);
  return { session, holder, holderId: result.objectId! };
}

/** Ends the session, if there is one. */
function disconnect(): void {
  clearTimeout(idle);
  idle = undefined;
  held = 0;
  const session = connection?.session;
  connection = undefined;
  if (session === undefined) return;
  if (!isDebugged()) postTo(session, "Runtime.discardConsoleEntries");
  session.disconnect();
}

// The timer that was to end it is not in a copy.
onCopy(disconnect);

/** Captures whose remote objects are still held. */
let held = 0;
const HELD_AT_MOST = 50;

/** One release for all captures of a message; a thread that never yields releases now and then. */
export function letGoSoon(): void {
  held++;
  if (held === 1) queueMicrotask(letGo);
  else if (held > HELD_AT_MOST) letGo();
}

function letGo(): void {
  if (held === 0) return;
  held = 0;
  post("Runtime.releaseObjectGroup", { objectGroup: GROUP });
}

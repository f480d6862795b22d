/**
 * What V8 knows about a function: where its source lies and which variables it captured.
 *
 * JavaScript cannot look into a closure, but the inspector can, and one is asked here without
 * waiting (`session.ts`).
 *
 * Real values, not descriptions of them, come out by calling a small function on the remote object
 * with `this` bound to it. The answer's shape is no contract of V8, so it is tried on a known
 * closure at first use; `inspectorStatus` tells the outcome.
 */
import { Refusal } from "../../refusal.ts";
import {
  callOn,
  connect,
  letGoSoon,
  post,
  type Connection,
  type Holder,
  type RemoteObject,
} from "./session.ts";

/** The variables of one block, function or module around a function, as they are now. */
export interface Scope {
  /** V8's own word: "Closure (name)", "Block", "Module", "Script", "Global", … */
  readonly type: string;
  /** Reading an uninitialised variable throws on Node 22 and later. */
  readonly variables: Readonly<Record<string, unknown>>;
}

export interface BoundAnatomy {
  readonly kind: "bound";
  readonly target: Function;
  readonly self: unknown;
  readonly args: readonly unknown[];
}

export interface CodeAnatomy {
  readonly kind: "code";
  readonly scriptId: string;
  /** Where it begins in the script, from 0; a plain function begins at its parameters. */
  readonly line: number;
  readonly column: number;
  /** Innermost first. */
  readonly scopes: readonly Scope[];
  /** The values of a class's static `#private` fields. */
  readonly statics: readonly (readonly [name: string, value: unknown])[];
}

export type Anatomy = BoundAnatomy | CodeAnatomy | { readonly kind: "native" };

interface NamedRemote {
  readonly name: string;
  readonly value?: RemoteObject;
}

interface Properties {
  readonly internalProperties?: readonly NamedRemote[];
  readonly privateProperties?: readonly NamedRemote[];
}

let isProven = false;
let failure: { readonly reason: string; readonly remedy: string } | undefined;

/** The session, tried out when it is first needed. */
function provenConnection(): Connection {
  if (isProven) return connect();
  if (failure === undefined) {
    try {
      const connection = connect();
      isProven = true;
      tryOut();
      return connection;
    } catch (error) {
      isProven = false;
      failure = explain(error);
    }
  }
  throw new Refusal(`${failure.reason}; ${failure.remedy}`);
}

function tryOut(): void {
  const secret = {};
  const probe = (
    (captured) => () =>
      captured
  )(secret);
  const anatomy = inspect(probe);
  if (anatomy.kind === "code" && anatomy.scopes[0]?.variables["captured"] === secret) return;
  throw new Error("captured variables are not where they used to be");
}

function explain(error: unknown): { reason: string; remedy: string } {
  const message = error instanceof Error ? error.message : String(error);
  const ways = "or send { module, export }, or name what it captures: withContext(fn, { … })";
  const denied = (error as { code?: unknown } | null)?.code === "ERR_ACCESS_DENIED";
  if (!denied) {
    return { reason: `this Node's inspector cannot show captures (${message})`, remedy: ways };
  }
  const flag = process.allowedNodeEnvironmentFlags.has("--allow-inspector")
    ? "start Node with --allow-inspector as well"
    : "start Node without --permission";
  return {
    reason: "the permission model denies the inspector, which shows what a function captures",
    remedy: `${flag}, ${ways}`,
  };
}

/** Whether captured variables can be read here, and if not, why and what to do. */
export function inspectorStatus(): { available: boolean; reason?: string; remedy?: string } {
  try {
    provenConnection();
    return { available: true };
  } catch {
    return { available: false, ...failure };
  }
}

/** Where `fn` was written and what it captured; for a bound function, what it is bound to. */
export function inspect(fn: Function): Anatomy {
  const { holder, holderId } = provenConnection();
  holder.fn = fn;
  try {
    const remote = callOn(holderId, "function () { return this.fn }").result;
    const properties = post("Runtime.getProperties", {
      objectId: remote.objectId,
      ownProperties: true,
    }) as Properties;
    return dissect(holder, holderId, properties);
  } finally {
    holder.fn = undefined;
    holder.found = undefined;
    letGoSoon();
  }
}

function dissect(holder: Holder, holderId: string, properties: Properties): Anatomy {
  const internal = properties.internalProperties ?? [];
  const slot = (name: string): RemoteObject | undefined =>
    internal.find((property) => property.name === name)?.value;
  const take = (remote: RemoteObject | undefined): unknown => {
    if (remote?.objectId === undefined) return remote?.value;
    callOn(remote.objectId, "function (holder) { holder.found = this }", holderId);
    return holder.found;
  };
  if (slot("[[TargetFunction]]") !== undefined) {
    return {
      kind: "bound",
      target: take(slot("[[TargetFunction]]")) as Function,
      self: take(slot("[[BoundThis]]")),
      args: Array.from((take(slot("[[BoundArgs]]")) ?? []) as ArrayLike<unknown>),
    };
  }
  const place = slot("[[FunctionLocation]]")?.value as
    | { scriptId: string; lineNumber: number; columnNumber: number }
    | undefined;
  if (place === undefined) return { kind: "native" };
  const entries = (take(slot("[[Scopes]]")) ?? []) as ArrayLike<{
    description: string;
    object: Record<string, unknown>;
  }>;
  return {
    kind: "code",
    scriptId: place.scriptId,
    line: place.lineNumber,
    column: place.columnNumber,
    scopes: Array.from(entries, (entry) => ({
      type: entry.description,
      variables: entry.object,
    })),
    statics: (properties.privateProperties ?? [])
      .filter((property) => property.value !== undefined)
      .map((property) => [property.name, take(property.value)] as const),
  };
}

/**
 * The one place where what crosses to a child and back becomes bytes.
 *
 * Functions cross by reference to a module's export.
 */
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { deserialize, serialize } from "node:v8";
import { MaybeEncodingError, PicklingError } from "../errors.ts";
import {
  arrive,
  type Arrivals,
  type ConnectionMark,
  connectionsIn,
  Departure,
  isConnection,
} from "./connections.ts";
import { Kind } from "./frames.ts";

/** What a child runs: a function with arguments, or the `run` method of an object. */
export interface Job {
  /** The name of the function, for messages. */
  readonly name: string;
  readonly target: ((...args: never[]) => unknown) | null;
  readonly args: readonly unknown[];
  /** Whose `run` it is, when there is no target. */
  readonly self: object | null;
}

const references = new WeakMap<object, { url: string; name: string }>();

/** Makes the exports of a module known, so that they can cross. */
export function expose(url: string, exported: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(exported)) {
    if (typeof value === "function") references.set(value, { url, name });
  }
}

interface Reference {
  readonly url: string;
  readonly name: string;
}

interface Coded {
  readonly target: Reference | null;
  readonly args: readonly unknown[];
  readonly self: { readonly type: Reference; readonly fields: unknown } | null;
}

/** The fields of an object, to be put on another one. */
export function encodeFields(self: object): Uint8Array {
  return serialize({ ...self });
}

export function decodeFields(body: Uint8Array): object {
  return deserialize(body) as object;
}

export interface CodedJob {
  readonly bytes: Uint8Array;
  readonly departure: Departure;
}

/** @throws PicklingError */
export function encodeJob(job: Job, transfer: readonly unknown[] = []): CodedJob {
  const departure = new Departure(transfer);
  const coded: Coded = {
    target: job.target === null ? null : referenceTo(job.target),
    args: job.args.map((arg) => withMarks(arg, departure)),
    self:
      job.self === null
        ? null
        : {
            type: referenceTo(job.self.constructor),
            fields: withMarks({ ...job.self }, departure),
          },
  };
  try {
    return { bytes: serialize(coded), departure };
  } catch (error) {
    throw new PicklingError(`Cannot send: ${(error as Error).message}`, job.name, { cause: error });
  }
}

/** What a child is to run, ready to be called. `descriptors` are those that came along. */
export async function decodeJob(
  bytes: Uint8Array,
  descriptors: readonly number[],
  adopt: (self: object) => void,
  transferred: readonly unknown[] = [],
): Promise<() => unknown> {
  const arrivals = { descriptors, transferred };
  const { target, args, self } = deserialize(bytes) as Coded;
  const values = args.map((arg) => withoutMarks(arg, arrivals));
  if (self !== null) {
    const type = (await resolve(self.type)) as unknown as { readonly prototype: object };
    const fields = withoutMarks(self.fields, arrivals) as object;
    const object = Object.assign(Object.create(type.prototype) as { run(): unknown }, fields);
    adopt(object);
    return () => object.run();
  }
  const fn = target === null ? () => {} : await resolve(target);
  return () => fn(...values);
}

/** What a forked copy runs: nothing is coded. */
export function directJob({ target, args, self }: Job): () => unknown {
  if (self !== null) return () => (self as { run(): unknown }).run();
  return () => (target as ((...args: unknown[]) => unknown) | null)?.(...args);
}

/** The sockets and servers that a job brings. */
export function connectionsOf(job: Job): ReturnType<typeof connectionsIn> {
  return connectionsIn([...job.args, job.self]);
}

/** The frame that tells the parent what a target returned, or that it cannot cross. */
export function encodeResult(value: unknown): [kind: number, body: Uint8Array] {
  try {
    return [Kind.RESULT, serialize(value)];
  } catch (error) {
    const message = `The result cannot cross back: ${(error as Error).message}`;
    return [Kind.ERROR, encodeFailure(new MaybeEncodingError(message, "", { cause: error }))];
  }
}

export function encodeFailure(error: unknown): Uint8Array {
  try {
    return serialize(error);
  } catch {
    return serialize(new Error(String(error)));
  }
}

/** What a RESULT or ERROR frame holds. */
export function decodeOutcome(body: Uint8Array): unknown {
  return deserialize(body);
}

function referenceTo(fn: unknown): Reference {
  const reference = references.get(fn as object);
  if (reference !== undefined) return reference;
  const { name } = fn as { name: string };
  throw new PicklingError(`Cannot send the function ${name}`, name);
}

async function resolve({ url, name }: Reference): Promise<(...args: unknown[]) => unknown> {
  const module = (await load(url)) as Record<string, (...args: unknown[]) => unknown>;
  return module[name]!;
}

/** Loading without the thread pool: a forked child would have to start that first. */
async function load(url: string): Promise<unknown> {
  try {
    return createRequire(import.meta.url)(fileURLToPath(url));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_REQUIRE_ASYNC_MODULE") throw error;
    return await import(url);
  }
}

const MARK = "manyhands.connection";

function withMarks(value: unknown, departure: Departure): unknown {
  const transferred = departure.transfer.indexOf(value);
  if (transferred >= 0) return { [MARK]: { kind: "transferred", index: transferred } };
  if (isConnection(value)) return { [MARK]: departure.mark(value) };
  if (Array.isArray(value)) return value.map((item) => withMarks(item, departure));
  if (!isPlain(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, withMarks(item, departure)]),
  );
}

function withoutMarks(value: unknown, arrivals: Arrivals): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutMarks(item, arrivals));
  if (!isPlain(value)) return value;
  if (MARK in value) return arrive(value[MARK] as ConnectionMark, arrivals);
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, withoutMarks(item, arrivals)]),
  );
}

function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/**
 * The one place where what crosses to a child and back becomes bytes.
 *
 * Functions cross by reference to a module's export.
 */
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { deserialize, serialize } from "node:v8";
import { MaybeEncodingError, PicklingError } from "../errors.ts";
import { Kind } from "./frames.ts";

const references = new WeakMap<object, { url: string; name: string }>();

/** Makes the exports of a module known, so that they can cross. */
export function expose(url: string, exported: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(exported)) {
    if (typeof value === "function") references.set(value, { url, name });
  }
}

export function encodeCall(target: unknown, args: readonly unknown[]): Uint8Array {
  const reference = references.get(target as object);
  if (reference === undefined) {
    const { name } = target as { name: string };
    throw new PicklingError(`cannot carry the function ${name}`, name);
  }
  return serialize({ reference, args });
}

/** What a child is to run, ready to be called. `descriptors` are those that came along. */
export async function decodeCall(
  bytes: Uint8Array,
  _descriptors: readonly number[],
): Promise<() => unknown> {
  const { reference, args } = deserialize(bytes) as {
    reference: { url: string; name: string };
    args: unknown[];
  };
  const module = (await load(reference.url)) as Record<string, (...args: unknown[]) => unknown>;
  return () => module[reference.name]!(...args);
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

/** The frame that tells the parent what a target returned, or that it cannot cross. */
export function encodeResult(value: unknown): [kind: number, body: Uint8Array] {
  try {
    return [Kind.RESULT, serialize(value)];
  } catch (error) {
    const message = `the result cannot cross back: ${(error as Error).message}`;
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

/**
 * What was thrown elsewhere, brought back as itself.
 *
 * An error crosses like any value: class, message, code, fields, cause, stack. An error must arrive
 * even when a part of it cannot cross, so it is tried in three steps: whole; with the fields that
 * cannot cross replaced by a text that says so; as the nearest class that everybody has, its name
 * kept. The last goes along with the others, for a receiver that cannot find the class.
 *
 * The stack that arrives reads from here to there: the local frames, a line that names the remote
 * thread or process, the remote frames. Where nobody's code is on the stack when an error arrives,
 * the local frames are those of the first who asks for it (`askedHere`).
 */
import { MaybeEncodingError, PicklingError } from "../errors.ts";
import { isOwnFrame } from "../core/own-frames.ts";
import type { Decoder } from "./decoder.ts";
import type { Encoder } from "./encoder.ts";
import { bareError, errorKind, isError } from "./kinds/error.ts";

/** Something thrown, ready to be a part of a message. */
export interface PackedThrown {
  /** The error or value, encoded by itself. */
  readonly whole: Uint8Array;
  /** A stand-in without classes of the user's, where there is one in `whole`. */
  readonly plain: Uint8Array | null;
}

/** Encodes what was thrown; this cannot fail. */
export function packThrown(thrown: unknown, encoder: Encoder): PackedThrown {
  if (!isError(thrown)) {
    return { whole: encodeOrRefusal(thrown, encoder), plain: null };
  }
  const error = thrown;
  const prototype = Object.getPrototypeOf(error) as object;
  const standard = errorKind.prototypeOf(error);
  const plain = (): Uint8Array => encoder.encode(standIn(error, standard, encoder)).slice();
  const whole = tryEncode(error, encoder) ?? tryEncode(standIn(error, prototype, encoder), encoder);
  if (whole === undefined) return { whole: plain(), plain: null };
  return { whole, plain: prototype === standard ? null : plain() };
}

function tryEncode(value: unknown, encoder: Encoder): Uint8Array | undefined {
  try {
    return encoder.encode(value).slice();
  } catch {
    return undefined;
  }
}

function encodeOrRefusal(thrown: unknown, encoder: Encoder): Uint8Array {
  try {
    return encoder.encode(thrown, "thrown").slice();
  } catch (reason) {
    const path = reason instanceof PicklingError ? reason.path : "";
    const message = reason instanceof Error ? reason.message : String(reason);
    const error = new MaybeEncodingError(`What was thrown cannot cross back. ${message}`, path);
    return encoder.encode(error).slice();
  }
}

/** A copy of an error with another prototype, where every field can cross. */
function standIn(error: Error, prototype: object, encoder: Encoder): Error {
  const copy = bareError(prototype);
  for (const key of Reflect.ownKeys(error)) {
    const descriptor = Object.getOwnPropertyDescriptor(error, key)!;
    let value: unknown = key === "stack" ? String(error.stack) : descriptor.value;
    let name = key;
    try {
      if (key === "cause" && isError(value)) value = causeOf(value, encoder);
      encoder.encode(key);
      encoder.encode(value, typeof key === "symbol" ? String(key) : `.${key}`);
    } catch (reason) {
      if (typeof key === "symbol") name = String(key);
      value = `[${reason instanceof Error ? reason.message : String(reason)}]`;
    }
    const enumerable = descriptor.enumerable === true;
    Object.defineProperty(copy, name, { value, enumerable, writable: true, configurable: true });
  }
  if (copy.name !== error.name) {
    const value = error.name;
    Object.defineProperty(copy, "name", { value, writable: true, configurable: true });
  }
  return copy;
}

function causeOf(cause: Error, encoder: Encoder): Error {
  if (tryEncode(cause, encoder) !== undefined) return cause;
  return standIn(cause, errorKind.prototypeOf(cause), encoder);
}

export interface ThrownElsewhere {
  /** The thread or process, as a person would name it: `process 4711 (Worker-1)`. */
  readonly from: string;
  /** The stack at the call that failed elsewhere: `new Error().stack`, or such an error. */
  readonly callSite?: Error | string | undefined;
}

/** The error or value that was thrown elsewhere, to be thrown here. */
export function unpackThrown(
  packed: PackedThrown,
  decoder: Decoder,
  { from, callSite }: ThrownElsewhere,
): unknown {
  const thrown = decodeEither(packed, decoder);
  joinStacks(thrown, from, callSite);
  return thrown;
}

/** The same, waiting for modules that the error's class comes from. */
export async function unpackThrownAsync(
  packed: PackedThrown,
  decoder: Decoder,
  where: ThrownElsewhere,
): Promise<{ thrown: unknown }> {
  try {
    const thrown = await decoder.decodeAsync(packed.whole);
    joinStacks(thrown, where.from, where.callSite);
    return { thrown };
  } catch {
    return { thrown: unpackThrown(packed, decoder, where) };
  }
}

function decodeEither({ whole, plain }: PackedThrown, decoder: Decoder): unknown {
  try {
    return decoder.decode(whole);
  } catch (error) {
    if (plain === null) return error;
    return decoder.decode(plain);
  }
}

const FRAME = /^ {4}(?:at |--- )/m;

/** Errors from elsewhere whose stacks have no local frames yet. */
const unplaced = new WeakSet<Error>();

/** Puts the local frames between an error's message and its remote frames. */
function joinStacks(thrown: unknown, from: string, callSite: Error | string | undefined): void {
  if (!isError(thrown)) return;
  const error = thrown;
  const remote = String(error.stack ?? error);
  const at = remote.search(FRAME);
  const head = at < 0 ? remote : remote.slice(0, at).trimEnd();
  const frames = at < 0 ? "" : `\n${remote.slice(at)}`;
  if (callSite === undefined) unplaced.add(error);
  const local = callSite instanceof Error ? callSite.stack : callSite;
  const localAt = local === undefined ? -1 : local.search(FRAME);
  const localFrames = localAt < 0 ? "" : `\n${local!.slice(localAt).trimEnd()}`;
  putStack(error, `${head}${localFrames}\n    --- in ${from}:${frames}`);
}

/**
 * What is thrown now to who asked for it, blocking or in an async function: an error that came from
 * elsewhere has the frames of the first who did.
 */
export function askedHere(thrown: unknown): unknown {
  if (!isError(thrown) || !unplaced.delete(thrown)) return thrown;
  const local = String(new Error().stack).split("\n");
  const frames = local.filter((line) => FRAME.test(line) && !isOwnFrame(line));
  const stack = String(thrown.stack);
  const at = stack.search(FRAME);
  const inserted = frames.map((line) => `${line}\n`).join("");
  if (at >= 0) putStack(thrown, stack.slice(0, at) + inserted + stack.slice(at));
  return thrown;
}

function putStack(error: Error, stack: string): void {
  const descriptor = { value: stack, writable: true, configurable: true };
  Reflect.defineProperty(error, "stack", descriptor);
}

/** The error for a result that cannot cross back, from what its encoding threw. */
export function resultRefused(error: unknown): MaybeEncodingError {
  const path = error instanceof PicklingError ? error.path : "";
  const reason = error instanceof Error ? error.message : String(error);
  return new MaybeEncodingError(`The result cannot cross back. ${reason}`, path, { cause: error });
}

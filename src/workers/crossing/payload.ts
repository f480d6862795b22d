/**
 * The one place where what crosses to a child and back becomes bytes.
 *
 * A job crosses as one message of the codec, beside it a list of what is attached: connections go
 * as descriptors, objects for a thread by `postMessage`. Results and errors come back as messages
 * of their own.
 */
import {
  createDecoder,
  createEncoder,
  type Decoder,
  type Encoder,
  packThrown,
  type PackedThrown,
  resultRefused,
  unpackThrown,
  unpackThrownAsync,
} from "../../carry/index.ts";
import { carryAbortSignals } from "../../channels/messages/carry-abort-signals.ts";
import { BootstrapError, PicklingError } from "../../errors.ts";
import { type Arrivals, arrive, Departure, startArrived } from "./attachments.ts";
import { setCall } from "./base-run.ts";
import { Kind } from "./frames.ts";
import { bytesBehind, hasLuggage, lostLuggage, unpacked, withLuggage } from "./luggage.ts";
import { privateUse } from "../private-use.ts";

/** What a child runs: a function with arguments, or the `run` method of an object. */
export interface Job {
  /** The name of what runs, for messages. */
  readonly name: string;
  readonly target: ((...args: never[]) => unknown) | null;
  readonly args: readonly unknown[];
  /** Whose own `run` it is, which may call the target. */
  readonly self: object | null;
  /** Functions of the main script go by reference, and the child imports it. */
  readonly importMain: boolean;
}

export type Where = "thread" | "process";

interface Message {
  readonly target: ((...args: unknown[]) => unknown) | null;
  readonly args: readonly unknown[];
  readonly self: { readonly type: { readonly prototype: object }; readonly fields: object } | null;
}

export interface CodedJob {
  readonly bytes: Uint8Array;
  readonly departure: Departure;
}

carryAbortSignals();

let departing: Departure | null = null;
let arriving: Arrivals | null = null;
const encoders = new Map<string, Encoder>();
const decoders = new Map<Where, Decoder>();

function encoderFor(destination: Where, importMain: boolean): Encoder {
  const key = `${destination} ${importMain}`;
  let encoder = encoders.get(key);
  if (encoder === undefined) {
    const attachments = { put: (object: object) => departing?.put(object) };
    encoder = createEncoder({ destination, importMain, attachments });
    encoders.set(key, encoder);
  }
  return encoder;
}

function decoderFor(destination: Where): Decoder {
  let decoder = decoders.get(destination);
  if (decoder === undefined) {
    const attachments = { take: (id: number) => arrive(id, arriving!) };
    decoder = createDecoder({ destination, attachments });
    decoders.set(destination, decoder);
  }
  return decoder;
}

/** @throws PicklingError, with the path to what cannot cross */
export function encodeJob(job: Job, where: Where, transfer: readonly object[] = []): CodedJob {
  const { target, args, self } = job;
  if (self !== null) checkRun(self, job.name);
  const departure = new Departure(where, transfer);
  const message = {
    target,
    args: transfer.length === 0 ? args : departure.withMarks(args),
    self: self === null ? null : { type: self.constructor, fields: { ...self } },
  };
  const outer = departing;
  departing = departure;
  try {
    const encoder = encoderFor(where, job.importMain);
    const bytes = withLuggage(where, () => encoder.encode(message));
    if (hasLuggage(bytes)) departure.onUnclaimed(() => lostLuggage(bytes, where));
    return { bytes, departure };
  } catch (error) {
    departure.abandon();
    throw error instanceof PicklingError ? named(error, job) : error;
  } finally {
    departing = outer;
  }
}

/** @throws PicklingError when the object's `run` needs what does not travel */
function checkRun(self: object, name: string): void {
  const hidden = privateUse(self);
  if (hidden === undefined) return;
  const path = `${name} → #${hidden}`;
  throw new PicklingError(
    `Cannot send ${path}: run() uses it, and #private fields and methods do not travel with the ` +
      "object; make it an ordinary field or method",
    path,
  );
}

/** The user knows the function by its name, and the object as the process or thread. */
function named(error: PicklingError, { name, target }: Job): PicklingError {
  const rename = (text: string): string =>
    text
      .replace(
        /^(Cannot send )?target\b/,
        (_all, head: string | undefined) => `${head ?? ""}${target?.name || name}`,
      )
      .replace(/^(Cannot send )?self → \.(type|fields)\b/, (_all, head: string | undefined) => {
        return `${head ?? ""}${name}`;
      });
  return new PicklingError(rename(error.message), rename(error.path), { cause: error.cause });
}

/** What a child is to run, ready to be called. `adopt` gets the object whose `run` it is. */
export async function decodeJob(
  bytes: Uint8Array,
  where: Where,
  arrivals: Arrivals,
  adopt: (self: object) => void,
): Promise<() => unknown> {
  const decoder = decoderFor(where);
  arriving = arrivals;
  const { target, args, self } = await decodeMessage(decoder, bytesBehind(bytes));
  unpacked(bytes, where);
  arriving = null;
  const values =
    arrivals.transferred.length === 0
      ? args
      : (Departure.withoutMarks(args, arrivals) as unknown[]);
  if (self !== null) {
    const object = Object.create(self.type.prototype) as { run(): unknown };
    Object.assign(object, self.fields);
    setCall(object, { target, args: values });
    adopt(object);
    return () => {
      startArrived();
      return object.run();
    };
  }
  return () => {
    startArrived();
    return target?.(...values);
  };
}

/** Importing the main script may itself fail: that is told as what it is. */
async function decodeMessage(decoder: Decoder, bytes: Uint8Array): Promise<Message> {
  try {
    return (await decoder.decodeAsync(bytes)) as Message;
  } catch (error) {
    const { cause } = error as Error;
    throw cause instanceof BootstrapError ? cause : error;
  }
}

/** What a forked copy runs: nothing is coded. */
export function directJob({ target, args, self }: Job): () => unknown {
  if (self !== null) return () => (self as { run(): unknown }).run();
  return () => (target as ((...args: unknown[]) => unknown) | null)?.(...args);
}

/** The frame that tells what a target returned, or that it cannot cross. */
export function encodeResult(value: unknown, where: Where): [kind: number, body: Uint8Array] {
  try {
    const encoder = encoderFor(where, false);
    return [Kind.RESULT, withLuggage(where, () => encoder.encode(value, "result"))];
  } catch (error) {
    return [Kind.ERROR, encodeFailure(resultRefused(error), where)];
  }
}

/** The fields of an object, to be put on another one; those that cannot cross stay behind. */
export function encodeFields(self: object, where: Where): Uint8Array {
  const encoder = encoderFor(where, false);
  const crossing = Object.entries(self).filter(([, value]) => {
    try {
      unpacked(
        withLuggage(where, () => encoder.encode(value)),
        where,
      );
      return true;
    } catch {
      return false;
    }
  });
  return withLuggage(where, () => encoder.encode(Object.fromEntries(crossing)));
}

export function decodeFields(body: Uint8Array, where: Where): object {
  try {
    return decoderFor(where).decode(bytesBehind(body)) as object;
  } finally {
    unpacked(body, where);
  }
}

export function encodeFailure(error: unknown, where: Where): Uint8Array {
  return withLuggage(where, () => {
    const { whole, plain } = packThrown(error, encoderFor(where, false));
    const size = Buffer.alloc(4);
    size.writeUInt32LE(whole.length);
    return Buffer.concat([size, whole, plain ?? new Uint8Array(0)]);
  });
}

/** Something to be decoded when it is asked for: at once, or after loading what it names. */
export interface Coded<T> {
  now(): T;
  soon(): Promise<T>;
}

export function codedResult<T>(body: Uint8Array, where: Where): Coded<T> {
  const coded = bytesBehind(body);
  return unpackedSoon(body, where, {
    now: () => decoderFor(where).decode(coded) as T,
    soon: async () => (await decoderFor(where).decodeAsync(coded)) as T,
  });
}

export interface CodedFailure extends Coded<unknown> {
  /** Whether nothing has to be loaded first. */
  isReady(): boolean;
}

/** @param from who threw it, for its stack */
export function codedFailure(body: Uint8Array, where: Where, from: string): CodedFailure {
  const bytes = Buffer.from(bytesBehind(body));
  const end = 4 + bytes.readUInt32LE(0);
  const packed: PackedThrown = {
    whole: bytes.subarray(4, end),
    plain: end === bytes.length ? null : bytes.subarray(end),
  };
  const failure = unpackedSoon<unknown>(body, where, {
    now: () => unpackThrown(packed, decoderFor(where), { from }),
    soon: async () => (await unpackThrownAsync(packed, decoderFor(where), { from })).thrown,
  });
  const isReady = (): boolean => hasLuggage(body) || nothingToLoad(packed.whole, where);
  return { ...failure, isReady };
}

function nothingToLoad(bytes: Uint8Array, where: Where): boolean {
  try {
    return decoderFor(where).references(bytes).length === 0;
  } catch {
    // Decoding says what is wrong with it.
    return true;
  }
}

/**
 * What carries shared objects is decoded when it comes, not when it is asked for: its sender may
 * be gone, and nobody else would take them over.
 */
function unpackedSoon<T>(body: Uint8Array, where: Where, coded: Coded<T>): Coded<T> {
  if (!hasLuggage(body)) return coded;
  try {
    const value = coded.now();
    return { now: () => value, soon: async () => value };
  } catch (error) {
    const fail = (): never => {
      throw error;
    };
    return { now: fail, soon: async () => fail() };
  } finally {
    unpacked(body, where);
  }
}

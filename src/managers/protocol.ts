/**
 * What a client and a manager's server say to each other. Both sides' messages are plain arrays, so
 * that they are coded fast.
 *
 *   request   [call, object, method, how, ...args]
 *   reply     [call, status, value]
 *
 * `call` is the client's number for it, SYNC for a call that blocks its thread and is therefore
 * alone on its link, ONE_WAY where no reply is wanted. Object 0 is the server itself. A method that
 * begins with a dot is a property: read without arguments, written with one. `how` is the flow that
 * asks, or that and more (`How`). The arguments stand in the list itself: a list inside costs.
 */
import type { PackedThrown } from "../carry/index.ts";

/** How a call is to be carried out, where its flow is not all. */
export interface How {
  readonly flow: number;
  /** Whether the method is to be given a signal. */
  readonly abortable: boolean;
  /** The last call of the same client that must have come before this one is carried out. */
  readonly after: number;
  /** When a wait is over, by the clock of the machine; of clients in the family. */
  readonly until?: number;
}

/** Milliseconds by a clock that all processes of a machine share, and that nobody sets. */
export const sharedNow = (): number => Number(process.hrtime.bigint()) / 1e6;

export type Request = readonly [
  call: number,
  object: number,
  method: string,
  how: number | How,
  ...args: unknown[],
];

const FIRST_ARGUMENT = 4;

export const argumentsOf = (request: Request): unknown[] => request.slice(FIRST_ARGUMENT);

export type Reply = readonly [call: number, status: number, value?: unknown];

export const SYNC = 0;
export const ONE_WAY = -1;

/** The number of the server itself. */
export const SERVER = 0;

// What the server itself can be asked. HELLO is the first message on every link.
export const HELLO = "hello";
export const CREATE = "create";
export const CANCEL = "cancel";
export const DROP = "drop";
export const CLAIM = "claim";
export const SHUTDOWN = "shutdown";
export const COUNT_OBJECTS = "countObjects";

// What became of a call: its value; what it threw; the object itself whose method it was; nothing,
// since it came when its wait was over.
export const RETURNED = 0;
export const THREW = 1;
export const ITSELF = 2;
export const LATE = 3;

export type Thrown = PackedThrown;

/** How a property is asked for. */
export const propertyCall = (name: string): string => `.${name}`;

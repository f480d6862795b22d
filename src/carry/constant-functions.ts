/**
 * For senders that send the same functions again and again: those whose coded form cannot change
 * are coded once, get a number, and from then on the number says it all.
 *
 * ```
 *   of(fn):  1st time               undefined: most closures are sent once
 *            2nd, 4th, 8th time, …  is it constant? coded, numbered; if not, undefined for ever;
 *                                   not known yet: undefined, and asked again
 *            then                   one look into a WeakMap
 * ```
 *
 * Numbers are few and used again, oldest first, so receivers can keep what they decoded in an array
 * that does not grow. A receiver has the form when it was sent *that object*: a number that now
 * stands for another form has to be told anew.
 */
import type { Destination } from "./destination.ts";
import { Encoder } from "./encoder.ts";
import type { FunctionCarrier } from "./function-carrier.ts";

/** A function in a form that does not change. */
export interface ConstantFunction {
  /** Below the number of slots. */
  readonly number: number;
  /** A message of its own, for `Decoder.decodeAsync`; not to be written to. */
  readonly bytes: Uint8Array;
}

export interface ConstantFunctionsOptions {
  readonly destination: Destination;
  readonly carrier: FunctionCarrier;
  /** As for an encoder. */
  readonly importMain?: boolean | undefined;
  /** How many are kept at a time; 256 when left out. */
  readonly slots?: number | undefined;
}

interface Entry {
  readonly form: ConstantFunction | undefined;
  /** The objects it was made from, which must not get properties. */
  readonly parts: readonly object[];
  /** How often it was asked for before it was decided. */
  times: number;
}

const SLOTS = 256;
const CHANGING: Entry = { form: undefined, parts: [], times: 0 };

/** The constant functions of one sender; made by `createConstantFunctions`. */
export class ConstantFunctions {
  readonly #options: ConstantFunctionsOptions;
  readonly #encoder: Encoder;
  readonly #entries = new WeakMap<Function, Entry>();
  readonly #slots: (ConstantFunction | undefined)[];
  #next = 0;

  constructor(options: ConstantFunctionsOptions) {
    this.#options = options;
    this.#encoder = new Encoder(options);
    this.#slots = Array.from({ length: options.slots ?? SLOTS }, () => undefined);
  }

  /**
   * The form of a function that was asked for before and cannot change; the same object each time,
   * until its number is needed for another. Undefined for one that has to be coded with each
   * message, and whenever that is what tells why it cannot cross.
   *
   * Properties that are assigned to a function later count as a change; hidden ones that are
   * defined on it, and those of a plain function's prototype, do not.
   */
  of(fn: Function): ConstantFunction | undefined {
    const entry = this.#entries.get(fn);
    if (entry === undefined) {
      this.#entries.set(fn, { form: undefined, parts: [], times: 1 });
      return undefined;
    }
    const { form, parts } = entry;
    if (form === undefined) return entry === CHANGING ? undefined : this.#consider(fn, entry);
    for (let i = 0; i < parts.length; i++) {
      // The cheapest question for enumerable properties: it makes no list.
      for (const _ in parts[i]) return this.#never(fn);
    }
    return this.#slots[form.number] === form ? form : this.#take(fn, form.bytes, parts);
  }

  #never(fn: Function): undefined {
    this.#entries.set(fn, CHANGING);
    return undefined;
  }

  #consider(fn: Function, entry: Entry): ConstantFunction | undefined {
    entry.times++;
    const isPowerOfTwo = (entry.times & (entry.times - 1)) === 0;
    return isPowerOfTwo ? this.#decide(fn) : undefined;
  }

  #decide(fn: Function): ConstantFunction | undefined {
    const { carrier, importMain } = this.#options;
    try {
      const parts = carrier.constantParts(fn, { importMain: importMain === true });
      if (parts === "not known yet") return undefined;
      if (parts !== undefined) return this.#take(fn, this.#encoder.encode(fn).slice(), parts);
    } catch {
      // The message that it is sent with will say why it cannot cross.
    }
    return this.#never(fn);
  }

  #take(fn: Function, bytes: Uint8Array, parts: readonly object[]): ConstantFunction {
    const number = this.#next;
    this.#next = (number + 1) % this.#slots.length;
    const form = { number, bytes };
    this.#slots[number] = form;
    this.#entries.set(fn, { form, parts, times: 0 });
    return form;
  }
}

/** The functions that a worker was told, by number. */
import { UnpicklingError } from "../errors.ts";

export type AnyFunction = (...args: unknown[]) => unknown;

/** A function that could not be rebuilt: each task with it fails for this reason. */
class Unknown {
  readonly reason: unknown;

  constructor(reason: unknown) {
    this.reason = reason;
  }
}

export class KnownFunctions {
  readonly #byNumber = new Map<number, AnyFunction | Unknown | Promise<void>>();

  /** @param decode gives the function, or a promise where modules are to be loaded first */
  learn(number: number, decode: () => unknown): void {
    try {
      const found = decode();
      const later = found instanceof Promise ? this.#settle(number, found) : undefined;
      this.#byNumber.set(number, later ?? (found as AnyFunction));
    } catch (error) {
      this.#byNumber.set(number, new Unknown(error));
    }
  }

  async #settle(number: number, found: Promise<unknown>): Promise<void> {
    try {
      this.#byNumber.set(number, (await found) as AnyFunction);
    } catch (error) {
      this.#byNumber.set(number, new Unknown(error));
    }
  }

  forget(number: number): void {
    this.#byNumber.delete(number);
  }

  /** A promise where the function is still being loaded: ask again then. */
  loading(number: number): Promise<void> | undefined {
    const found = this.#byNumber.get(number);
    return found instanceof Promise ? found : undefined;
  }

  /** @throws what the function failed to decode with */
  get(number: number): AnyFunction {
    const found = this.#byNumber.get(number);
    if (typeof found === "function") return found;
    if (found instanceof Unknown) throw found.reason;
    throw new UnpicklingError(`no function is known by the number ${number}`);
  }
}

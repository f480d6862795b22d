/** What one holds after `hold()` of a manager's lock: the right to be inside, given back once. */
import { staysHere } from "../carry/stays-here.ts";
import { showByToString } from "../core/shown.ts";
import { BrokenConnectionError } from "../errors.ts";
import type { BaseProxy } from "./proxy.ts";

/**
 * Gives back what was taken when disposed or released. `using` does not wait for the server: what
 * the thread asks of it afterwards comes after the release.
 */
export class RemoteGuard {
  /** The one who held it before is gone: what the lock protects may be half changed. */
  readonly abandoned: boolean;
  #lock: BaseProxy | undefined;

  constructor(lock: BaseProxy, abandoned: boolean) {
    this.#lock = lock;
    this.abandoned = abandoned;
  }

  /** Whether it was given back, as far as this client knows. */
  get released(): boolean {
    return this.#lock === undefined;
  }

  /** Gives it back; nothing the second time. */
  async release(): Promise<void> {
    const lock = this.#lock;
    this.#lock = undefined;
    await lock?._callMethod("release");
  }

  /** The same, blocking the thread. */
  releaseSync(): void {
    const lock = this.#lock;
    this.#lock = undefined;
    lock?._callMethodSync("release");
  }

  [Symbol.dispose](): void {
    // With the server gone there is nothing left to give back.
    this.release().catch((error) => {
      if (!(error instanceof BrokenConnectionError)) throw error;
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.release();
  }

  toString(): string {
    return `Guard (${this.released ? "released" : "held"}${this.abandoned ? ", abandoned" : ""})`;
  }

  static {
    showByToString(this);
  }
}

staysHere("a Guard", RemoteGuard, "send the lock");

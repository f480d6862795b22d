/** What one holds after `hold()`: the right to be inside, given back at the end of the block. */
import { staysHere } from "../carry/stays-here.ts";
import { showByToString } from "../core/shown.ts";

/**
 * Gives back what was taken, once, when disposed or released.
 *
 *     using guard = await lock.hold();
 */
export class Guard {
  /** The one who held it before died while inside: what the lock protects may be half changed. */
  readonly abandoned: boolean;
  #giveBack: (() => void) | undefined;

  constructor(giveBack: () => void, abandoned = false) {
    this.#giveBack = giveBack;
    this.abandoned = abandoned;
  }

  /** Whether it was given back. */
  get released(): boolean {
    return this.#giveBack === undefined;
  }

  /** Gives it back; nothing the second time. */
  release(): void {
    const giveBack = this.#giveBack;
    this.#giveBack = undefined;
    giveBack?.();
  }

  [Symbol.dispose](): void {
    this.release();
  }

  toString(): string {
    return `Guard (${this.released ? "released" : "held"}${this.abandoned ? ", abandoned" : ""})`;
  }
}
showByToString(Guard);
staysHere("a Guard", Guard, "release it where it was taken, and send the lock");

/** Something held, and how to let go of it. */
import { showByToString } from "../core/shown.ts";
import type { Lockable } from "./lockable.ts";
import { partStaysHere } from "./stays-here.ts";

/** Gives back what `hold` took, once: `using _ = await lock.hold()`. */
export class Guard {
  /** Always false here: a task cannot die holding a lock. */
  readonly abandoned: boolean = false;
  #held: readonly Pick<Lockable, "name" | "release">[] | undefined;

  /** @internal */
  constructor(...held: readonly Pick<Lockable, "name" | "release">[]) {
    this.#held = held;
  }

  /** Lets go; nothing happens the second time. */
  release(): void {
    const held = this.#held;
    this.#held = undefined;
    if (held !== undefined) for (const one of held.toReversed()) one.release();
  }

  [Symbol.dispose](): void {
    this.release();
  }

  toString(): string {
    const held = this.#held?.map(({ name }) => name).join(", ");
    return held === undefined ? "<Guard released>" : `<Guard of ${held}>`;
  }
}
showByToString(Guard);
partStaysHere(Guard, "Guard");

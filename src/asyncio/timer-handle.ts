/** A callback that the loop will call at a time, unless it is cancelled before. */
import { Fuse } from "../core/deadline.ts";
import { Handle } from "./handle.ts";
import { currentOwner, type Owner } from "./owner.ts";

/** A callback that the loop will call at a time, and the way to prevent it. */
export class TimerHandle extends Handle {
  /** On the clock of the loop. */
  readonly when: number;
  readonly #owner: Owner = currentOwner();
  readonly #fuse: Fuse;

  constructor(when: number, callback: () => void) {
    super(callback);
    this.when = when;
    const delayMs = Math.max(0, when - performance.now());
    const due = (): void => {
      this.#owner.handles.delete(this);
      this.takeTurn();
    };
    this.#fuse = new Fuse(delayMs, undefined, due, () => {});
    this.#owner.handles.add(this);
  }

  override cancel(): void {
    super.cancel();
    this.#fuse.cut();
    this.#owner.handles.delete(this);
  }
}

/**
 * A binary heap of events: the next one at the top, each no later than its two children at 2i + 1
 * and 2i + 2. Adding and taking cost log n; taking a particular event out costs a search first.
 */
import { inOrder, type ScheduledEvent } from "./scheduled-event.ts";

export class EventHeap {
  readonly #events: ScheduledEvent[] = [];

  get size(): number {
    return this.#events.length;
  }

  get next(): ScheduledEvent | undefined {
    return this.#events[0];
  }

  add(event: ScheduledEvent): void {
    this.#events.push(event);
    this.#rise(this.#events.length - 1);
  }

  /** Takes out exactly this event; false when it is not here. */
  remove(event: ScheduledEvent): boolean {
    const index = this.#events.indexOf(event);
    if (index === -1) return false;
    const last = this.#events.pop()!;
    if (last !== event) {
      this.#events[index] = last;
      this.#sink(index);
      this.#rise(index);
    }
    return true;
  }

  /** A copy in the order in which the events are due. */
  sorted(): ScheduledEvent[] {
    return [...this.#events].sort(inOrder);
  }

  #rise(index: number): void {
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!this.#swapIfLater(parent, index)) return;
      index = parent;
    }
  }

  #sink(index: number): void {
    for (;;) {
      let child = 2 * index + 1;
      if (child >= this.#events.length) return;
      const right = child + 1;
      if (right < this.#events.length && inOrder(this.#events[right]!, this.#events[child]!) < 0)
        child = right;
      if (!this.#swapIfLater(index, child)) return;
      index = child;
    }
  }

  #swapIfLater(upper: number, lower: number): boolean {
    const above = this.#events[upper]!;
    const below = this.#events[lower]!;
    if (inOrder(above, below) <= 0) return false;
    this.#events[upper] = below;
    this.#events[lower] = above;
    return true;
  }
}

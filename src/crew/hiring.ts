/**
 * Whom a crew hires, and when.
 *
 * Where the system has no room for another worker (no descriptors, no processes, no memory), those
 * who are there go on without him, and it is tried again for the next task, or when one of them has
 * ended. Only while nobody is there, what waits cannot stay.
 */
import { ResourceLimitError } from "../errors.ts";
import { isShortage } from "../platform/system-call-error.ts";
import type { CrewOptions } from "./crew-options.ts";
import type { Hand } from "./hand.ts";
import type { Staff } from "./staff.ts";
import type { Task } from "./task.ts";

export class Hiring {
  readonly #options: CrewOptions;
  readonly #staff: Staff;
  /** What the system said when it had no room. */
  #shortage: Error | null = null;

  constructor(options: CrewOptions, staff: Staff) {
    this.#options = options;
    this.#staff = staff;
  }

  /** Somebody for a task that is about to be offered. @throws what else keeps one from starting */
  forTask(): void {
    this.#shortage = null;
    const staff = this.#staff;
    if (this.#options.start === "on demand") this.#attempt(() => staff.hireUnlessIdle());
    else if (staff.hands.length === 0) this.#attempt(() => staff.hire());
  }

  /** All that are missing, or as many as so many tasks need. @throws as `forTask` does */
  forWaiting(tasks: number, isOpen: boolean, onHired: () => void): void {
    const staff = this.#staff;
    const all = isOpen && this.#options.start === "at once";
    let wanted = all ? Infinity : tasks;
    for (const { state, link } of staff.hands) if (state === "working" && link.idle) wanted--;
    for (; wanted > 0 && !staff.isFull && this.#shortage === null; wanted--) {
      this.#attempt(() => staff.hire());
      onHired();
    }
  }

  #attempt(hire: () => void): void {
    try {
      hire();
    } catch (error) {
      if (!isShortage(error)) throw error;
      this.#shortage = error as Error;
    }
  }

  /** Says whether a worker ended for want of something, before he could do anything. */
  noteEnd({ link, failure }: Hand): boolean {
    const error = failure?.error;
    const fellShort = !link.ready && isShortage(error);
    this.#shortage = fellShort ? (error as Error) : null;
    return fellShort;
  }

  /** Why nobody is there who could do a task; null while somebody is, or may yet be. */
  get whyNobody(): ((task: Task) => Error) | null {
    const cause = this.#shortage;
    if (cause === null || this.#staff.hands.length > 0) return null;
    return ({ name }) =>
      new ResourceLimitError(`no worker can be started for ${name}: ${cause.message}`, { cause });
  }
}

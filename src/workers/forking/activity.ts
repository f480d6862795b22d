/**
 * Notes the timers and handles that code opens, so that a forked copy can deal with those it has
 * inherited: node itself has no list of its timers.
 *
 * A hook on every asynchronous resource slows awaits down, so it is on only while a fork server
 * loads its preload modules, and in programs started for the method `fork`.
 */
import { type AsyncHook, createHook } from "node:async_hooks";

interface Resource {
  unref?(): void;
}

const OF_NO_INTEREST = new Set(["PROMISE", "TickObject", "Microtask"]);

export class ActivityLog {
  readonly #open = new Map<number, Resource>();
  readonly #hook: AsyncHook = createHook({
    init: (id, type, _trigger, resource) => {
      if (!OF_NO_INTEREST.has(type)) this.#open.set(id, resource as Resource);
    },
    destroy: (id) => {
      this.#open.delete(id);
    },
  });

  start(): void {
    this.#hook.enable();
  }

  stop(): void {
    this.#hook.disable();
  }

  forget(): void {
    this.#open.clear();
  }

  get resources(): Iterable<object> {
    return this.#open.values();
  }

  /** Nothing noted so far keeps this process alive any longer. */
  unrefAll(): void {
    for (const resource of this.#open.values()) resource.unref?.();
  }

  /** No timer or immediate noted so far will fire. */
  clearTimers(): void {
    for (const resource of this.#open.values()) {
      const kind = resource.constructor.name;
      if (kind === "Timeout") clearTimeout(resource as NodeJS.Timeout);
      else if (kind === "Immediate") clearImmediate(resource as NodeJS.Immediate);
    }
  }
}

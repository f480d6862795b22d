import { Fuse, signalOf, timeAllowed, type Wait } from "../core/deadline.ts";

/** Something that happens once, and those who wait for it. */
export class Gate {
  #open = false;
  readonly #waiting = new Set<() => void>();

  get isOpen(): boolean {
    return this.#open;
  }

  open(): void {
    this.#open = true;
    for (const pass of this.#waiting) pass();
    this.#waiting.clear();
  }

  /**
   * Resolves once open; rejects with what `late` makes when the time is up, or with the abort's
   * reason.
   */
  pass(wait: Wait | undefined, late: (timeoutMs: number) => unknown): Promise<void> {
    return new Promise((resolve, reject) => {
      const timeoutMs = timeAllowed(wait);
      const signal = signalOf(wait);
      signal?.throwIfAborted();
      if (this.#open) return resolve();
      const pass = (): void => {
        fuse.cut();
        resolve();
      };
      const leave = (reason: unknown): void => {
        this.#waiting.delete(pass);
        // oxlint-disable-next-line typescript/prefer-promise-reject-errors
        reject(reason);
      };
      const fuse = new Fuse(
        timeoutMs,
        signal,
        () => leave(late(timeoutMs)),
        () => leave(signal!.reason),
      );
      this.#waiting.add(pass);
    });
  }
}

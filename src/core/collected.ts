/**
 * Objects of this thread that hold something outside of the heap, which is let go of when the
 * collector took them.
 *
 * Of that a FinalizationRegistry tells in a later task; who needs the room at once has all looked
 * through by `sweep`. Invariant: who takes an entry out of the set lets go, so it is done once.
 */
export interface Watched {
  readonly object: WeakRef<object>;
}

let count = 0;
const sweeps: (() => void)[] = [];
const looks: (() => void)[] = [];

/** How many objects of this thread are watched. */
export const watchedCount = (): number => count;

/** Has `look` called after each sweep: what was let go of may allow more to be. */
export function onSwept(look: () => void): void {
  looks.push(look);
}

/** Lets go of all that the collector took by now. */
export function sweep(): void {
  for (const again of [...sweeps, ...looks]) again();
}

/** Things of one kind that objects hold. */
export class Collected<T extends Watched> implements Iterable<T> {
  readonly #watched = new Set<T>();
  readonly #letGo: (watched: T) => void;
  readonly #registry: FinalizationRegistry<T>;

  constructor(letGo: (watched: T) => void) {
    this.#letGo = letGo;
    this.#registry = new FinalizationRegistry((watched) => this.release(watched));
    sweeps.push(() => {
      for (const watched of this.#watched) {
        if (watched.object.deref() === undefined) this.release(watched);
      }
    });
  }

  watch(object: object, watched: T): void {
    count++;
    this.#watched.add(watched);
    this.#registry.register(object, watched, watched);
  }

  /** Lets go now, unless that was done. */
  release(watched: T): void {
    if (!this.#watched.delete(watched)) return;
    count--;
    this.#registry.unregister(watched);
    this.#letGo(watched);
  }

  [Symbol.iterator](): Iterator<T> {
    return this.#watched.values();
  }
}

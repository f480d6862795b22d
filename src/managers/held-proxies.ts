/** The proxies of one server that a thread has: one for each object, as long as it is used. */
import type { BaseProxy } from "./proxy.ts";

interface Collected {
  readonly held: HeldProxies;
  readonly object: number;
  readonly reference: WeakRef<BaseProxy>;
}

const collected = new FinalizationRegistry<Collected>(({ held, object, reference }) =>
  held.dropped(object, reference),
);

export class HeldProxies {
  readonly #proxies = new Map<number, WeakRef<BaseProxy>>();
  /** How often each came; where the server counts, it is to take off as many. */
  readonly #arrivals = new Map<number, number>();
  readonly #drop: ((object: number, times: number) => void) | null;

  /** @param drop tells the server, where it counts */
  constructor(drop: ((object: number, times: number) => void) | null) {
    this.#drop = drop;
  }

  get(object: number): BaseProxy | undefined {
    return this.#proxies.get(object)?.deref();
  }

  add(proxy: BaseProxy, object: number): void {
    const reference = new WeakRef(proxy);
    this.#proxies.set(object, reference);
    // What came before this one, and was collected without its finalizer having run, counts too.
    this.arrivedAgain(object);
    collected.register(proxy, { held: this, object, reference }, proxy);
  }

  arrivedAgain(object: number): void {
    this.#arrivals.set(object, (this.#arrivals.get(object) ?? 0) + 1);
  }

  /** In a forked copy the server counted them for another client. */
  areUncounted(): void {
    for (const object of this.#arrivals.keys()) this.#arrivals.set(object, 0);
  }

  /** Those that the server is to count for this client, for once. */
  takeUncounted(): number[] {
    const uncounted: number[] = [];
    for (const [object, times] of this.#arrivals) if (times === 0) uncounted.push(object);
    for (const object of uncounted) this.#arrivals.set(object, 1);
    return uncounted;
  }

  /** A proxy is no longer used. */
  remove(proxy: BaseProxy, object: number): void {
    collected.unregister(proxy);
    const reference = this.#proxies.get(object);
    if (reference?.deref() === proxy) this.dropped(object, reference);
  }

  /** One that was collected, unless the object has another by now. */
  dropped(object: number, reference: WeakRef<BaseProxy>): void {
    if (this.#proxies.get(object) !== reference) return;
    this.#proxies.delete(object);
    const times = this.#arrivals.get(object)!;
    this.#arrivals.delete(object);
    this.#drop?.(object, times);
  }
}

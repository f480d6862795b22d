/** A pool of processes that belongs to a manager's server. */
import type { AsyncResult } from "../../pool/async-result.ts";
import type { ApplyOptions, ImapOptions, MapOptions } from "../../pool/options.ts";
import type { Pool } from "../../pool/pool.ts";
import type { PoolOptions } from "../../pool/pool-options.ts";
import type { SyncWait } from "../../core/deadline.ts";
import { currentCall } from "../call.ts";

type Work = (...args: never[]) => unknown;

/** The result of work that goes on: a proxy of this is what the `…Async` forms answer. */
export class ManagedResult {
  readonly #result: AsyncResult<unknown>;

  constructor(result: AsyncResult<unknown>) {
    this.#result = result;
    // Who asks gets it; nobody who does not is to be warned.
    result.get().catch(() => {});
  }

  get(wait?: SyncWait): Promise<unknown> {
    return this.#result.get({ ...wait, signal: currentCall().signal });
  }

  wait(wait?: SyncWait): Promise<void> {
    return this.#result.wait({ ...wait, signal: currentCall().signal });
  }

  get ready(): boolean {
    return this.#result.ready;
  }

  get successful(): boolean {
    return this.#result.successful;
  }

  cancel(): boolean {
    return this.#result.cancel();
  }
}

export class ManagedPool {
  readonly #pool: Pool;

  private constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** Pools are loaded where one is made. */
  static async make(options?: number | PoolOptions): Promise<ManagedPool> {
    const { Pool } = await import("../../pool/pool.ts");
    return new ManagedPool(new Pool(options));
  }

  apply(fn: Work, args?: unknown[], options?: ApplyOptions<unknown>): Promise<unknown> {
    return this.#pool.apply(fn, args as never, options as never);
  }

  applyAsync(fn: Work, args?: unknown[], options?: ApplyOptions<unknown>): ManagedResult {
    return new ManagedResult(this.#pool.applyAsync(fn, args as never, options as never));
  }

  map(fn: Work, items: Iterable<unknown>, options?: MapOptions<never>): Promise<unknown[]> {
    return this.#pool.map(fn as never, items as never, options) as Promise<unknown[]>;
  }

  mapAsync(fn: Work, items: Iterable<unknown>, options?: MapOptions<never>): ManagedResult {
    return new ManagedResult(this.#pool.mapAsync(fn as never, items as never, options));
  }

  starmap(fn: Work, items: Iterable<unknown[]>, options?: MapOptions<never>): Promise<unknown[]> {
    return this.#pool.starmap(fn as never, items as never, options) as Promise<unknown[]>;
  }

  starmapAsync(fn: Work, items: Iterable<unknown[]>, options?: MapOptions<never>): ManagedResult {
    return new ManagedResult(this.#pool.starmapAsync(fn as never, items as never, options));
  }

  imap(fn: Work, items: Iterable<unknown>, options?: ImapOptions): AsyncIterator<unknown> {
    return this.#pool.imap(fn as never, items as never, options);
  }

  imapUnordered(fn: Work, items: Iterable<unknown>, options?: ImapOptions): AsyncIterator<unknown> {
    return this.#pool.imapUnordered(fn as never, items as never, options);
  }

  close(): void {
    this.#pool.close();
  }

  terminate(): Promise<void> {
    return this.#pool.terminate();
  }

  join(wait?: SyncWait): Promise<boolean> {
    return this.#pool.join({ ...wait, signal: currentCall().signal });
  }

  toString(): string {
    return String(this.#pool);
  }
}

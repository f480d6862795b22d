/**
 * The objects that live in a server, by number, for as long as somebody outside refers to them.
 *
 * In the family each proxy keeps a reference in shared memory; over sockets the proxies sent over
 * each link are counted and taken off when the other side says so or the link ends. When the last
 * is gone the server forgets the object; what is inside another object of the server goes on there,
 * and gets a number again when it is next handed out: the same one.
 */
import type { Handle } from "../core/blocks.ts";
import { GROUPS, type Ledger, type Reference } from "../channels/lanes/reference.ts";
import { type Exposure, exposureOf } from "./exposure.ts";
import type { TypeEntry } from "./registry.ts";

/** An object of the server, and how it may be used. */
export interface Entry {
  readonly number: number;
  readonly typeId: string;
  readonly type: TypeEntry;
  readonly object: object;
  readonly exposure: Exposure;
  readonly methods: ReadonlySet<string>;
  readonly properties: ReadonlySet<string>;
  /** References in the family that were handed out and have not ended. */
  readonly references: Set<Handle>;
  /** How many proxies there are at the other ends of links. */
  remote: number;
}

export class ObjectTable {
  readonly #ledger: Ledger | null;
  readonly #entries = new Map<number, Entry>();
  readonly #known = new WeakMap<object, Entry>();
  readonly #groups: Set<Entry>[] = Array.from({ length: GROUPS }, () => new Set<Entry>());
  readonly #stopped = new AbortController();
  #last = 0;

  /** @param ledger where it hears of the family; null without shared memory */
  constructor(ledger: Ledger | null) {
    this.#ledger = ledger;
    if (ledger !== null) void this.#forgetEnded(ledger);
  }

  get size(): number {
    return this.#entries.size;
  }

  find(number: number): Entry | undefined {
    return this.#entries.get(number);
  }

  /** What is known of an object that was handed out before. */
  entryOf(object: object): Entry | undefined {
    return this.#known.get(object);
  }

  /** Makes an object one of the table's; nothing keeps it there yet. */
  add(object: object, typeId: string, type: TypeEntry): Entry {
    const known = this.#known.get(object);
    if (known !== undefined) return known;
    const exposure = exposureOf(object, type.exposed);
    const entry: Entry = {
      number: ++this.#last,
      typeId,
      type,
      object,
      exposure,
      methods: new Set(exposure.methods),
      properties: new Set(exposure.properties),
      references: new Set(),
      remote: 0,
    };
    this.#known.set(object, entry);
    return entry;
  }

  /** A new reference for somebody in the family. */
  refer(entry: Entry): Reference | null {
    if (this.#ledger === null) return null;
    const reference = this.#ledger.issue(entry.number);
    entry.references.add(reference.handle);
    this.#groups[entry.number % GROUPS]!.add(entry);
    this.#entries.set(entry.number, entry);
    return reference;
  }

  /** Counts proxies at the other end of a link: more, or less. */
  count(entry: Entry, more: number): void {
    entry.remote += more;
    if (entry.remote > 0) this.#entries.set(entry.number, entry);
    else this.#forgetIfUnused(entry);
  }

  async #forgetEnded(ledger: Ledger): Promise<void> {
    const { signal } = this.#stopped;
    try {
      while (!signal.aborted) {
        await ledger.whenEnded({ signal });
        for (const group of ledger.takeEnded()) {
          for (const entry of this.#groups[group]!) this.#lookAt(entry, ledger);
        }
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  #lookAt(entry: Entry, ledger: Ledger): void {
    for (const handle of entry.references) {
      if (!ledger.isAlive(handle)) entry.references.delete(handle);
    }
    if (entry.references.size > 0) return;
    this.#groups[entry.number % GROUPS]!.delete(entry);
    this.#forgetIfUnused(entry);
  }

  #forgetIfUnused(entry: Entry): void {
    if (entry.references.size === 0 && entry.remote <= 0) this.#entries.delete(entry.number);
  }

  /** Ends it, and what of its own objects wants to be told. */
  stop(): void {
    this.#stopped.abort();
    for (const { object, type } of this.#entries.values()) {
      if (type.isBuiltIn === true && Symbol.dispose in object) {
        (object as Disposable)[Symbol.dispose]();
      }
    }
  }
}

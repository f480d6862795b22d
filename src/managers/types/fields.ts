/** The fields of an object, used as a Map is: what is set there is set in the object. */

/** What dictionaries and namespaces need of a Map. */
export interface Pairs<K, V> {
  readonly size: number;
  get(key: K): V | undefined;
  set(key: K, value: V): unknown;
  has(key: K): boolean;
  delete(key: K): boolean;
  clear(): void;
  keys(): Iterable<K>;
  values(): Iterable<V>;
  [Symbol.iterator](): IterableIterator<[K, V]>;
}

export class Fields implements Pairs<unknown, unknown> {
  readonly #object: Record<string, unknown>;

  constructor(object: object) {
    this.#object = object as Record<string, unknown>;
  }

  get size(): number {
    return this.keys().length;
  }

  get(name: unknown): unknown {
    return this.has(name) ? this.#object[String(name)] : undefined;
  }

  /** @throws TypeError when the object is frozen or the field can only be read */
  set(name: unknown, value: unknown): void {
    const key = String(name);
    if (this.has(key)) this.#object[key] = value;
    else {
      // As a field of its own, whatever the objects that it inherits from have of that name.
      const field = { value, writable: true, enumerable: true, configurable: true };
      Object.defineProperty(this.#object, key, field);
    }
  }

  has(name: unknown): boolean {
    return Object.prototype.propertyIsEnumerable.call(this.#object, String(name));
  }

  delete(name: unknown): boolean {
    return this.has(name) && Reflect.deleteProperty(this.#object, String(name));
  }

  clear(): void {
    for (const name of this.keys()) this.delete(name);
  }

  keys(): string[] {
    return Object.keys(this.#object);
  }

  values(): unknown[] {
    return Object.values(this.#object);
  }

  [Symbol.iterator](): IterableIterator<[string, unknown]> {
    return Object.entries(this.#object).values();
  }
}

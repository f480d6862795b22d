/** Named values in a manager's server. */
export class ManagedNamespace<T extends object = Record<string, unknown>> {
  readonly #fields: Map<string, unknown>;

  constructor(fields?: T) {
    if (fields !== undefined && (typeof fields !== "object" || fields === null)) {
      throw new TypeError("a Namespace is made of the fields of an object");
    }
    this.#fields = new Map(Object.entries(fields ?? {}));
  }

  /** The value of a name. @throws ReferenceError when it has none */
  get<K extends keyof T & string>(name: K): T[K] {
    if (this.#fields.has(name)) return this.#fields.get(name) as T[K];
    throw new ReferenceError(`the Namespace has no ${JSON.stringify(name)}`);
  }

  set<K extends keyof T & string>(name: K, value: T[K]): void {
    if (typeof name !== "string") throw new TypeError("a name must be a string");
    this.#fields.set(name, value);
  }

  has(name: keyof T & string): boolean {
    return this.#fields.has(name);
  }

  /** Whether it was there. */
  delete(name: keyof T & string): boolean {
    return this.#fields.delete(name);
  }

  keys(): string[] {
    return Array.from(this.#fields.keys());
  }

  values(): T[keyof T][] {
    return Array.from(this.#fields.values()) as T[keyof T][];
  }

  entries(): [string, T[keyof T]][] {
    return Array.from(this.#fields) as [string, T[keyof T]][];
  }

  /** Sets all of these. */
  update(fields: Partial<T>): void {
    for (const [name, value] of Object.entries(fields)) this.#fields.set(name, value);
  }

  /** A copy. */
  toObject(): T {
    return Object.fromEntries(this.#fields) as T;
  }

  toString(): string {
    return `Namespace(${Array.from(this.#fields.keys()).join(", ")})`;
  }
}

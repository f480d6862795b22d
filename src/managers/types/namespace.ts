/** Named values in a manager's server. */
import { fieldsOf } from "./contents.ts";
import { Fields, type Pairs } from "./fields.ts";

const RULE = "a Namespace is made of the fields of an object";

/** Values by name in the server. */
export class ManagedNamespace<T extends object = Record<string, unknown>> {
  #fields: Pairs<string, unknown>;

  /** @throws TypeError for what has no fields */
  constructor(fields: T = {} as T) {
    this.#fields = new Map(namedIn(fields));
  }

  /** @internal A Namespace whose names and values are an object's, also when these change. */
  static over<T extends object>(object: T): ManagedNamespace<T> {
    const namespace = new ManagedNamespace<T>();
    namespace.#fields = new Fields(object);
    return namespace;
  }

  [Symbol.iterator](): IterableIterator<[string, unknown]> {
    return this.#fields[Symbol.iterator]();
  }

  /** The value of a name. @throws ReferenceError when it has none */
  get<K extends keyof T & string>(name: K): T[K] {
    if (this.#fields.has(name)) return this.#fields.get(name) as T[K];
    throw new ReferenceError(`the Namespace has no ${JSON.stringify(name)}`);
  }

  /** Sets the value of a name. @throws TypeError for a name that is no string */
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
    for (const [name, value] of namedIn(fields)) this.#fields.set(name, value);
  }

  /** A copy. */
  toObject(): T {
    return Object.fromEntries(this.#fields) as T;
  }

  toString(): string {
    return `Namespace(${Array.from(this.#fields.keys()).join(", ")})`;
  }
}

/** What is named in an object, or in another Namespace of the same manager. */
const namedIn = (fields: object): Iterable<[string, unknown]> =>
  fields instanceof ManagedNamespace ? fields : fieldsOf(fields, RULE);

/**
 * The numbers of the objects of one message, by identity. Most messages have a few objects: those
 * are searched one by one, which is several times faster than a Map; a Map takes over when there
 * are more.
 */
const FEW = 12;

export class NodeIds {
  readonly #few: (object | undefined)[] = Array.from({ length: FEW }, () => undefined);
  #many: Map<object, number> | undefined;
  #count = 0;

  /** How many objects have a number; the next one gets this. */
  get count(): number {
    return this.#count;
  }

  /** The object's number, or -1. */
  find(object: object): number {
    if (this.#many !== undefined) return this.#many.get(object) ?? -1;
    for (let id = 0; id < this.#count; id++) if (this.#few[id] === object) return id;
    return -1;
  }

  add(object: object): number {
    const id = this.#count++;
    if (this.#many !== undefined) this.#many.set(object, id);
    else if (id < FEW) this.#few[id] = object;
    else {
      this.#many = new Map();
      for (let i = 0; i < FEW; i++) this.#many.set(this.#few[i]!, i);
      this.#many.set(object, id);
    }
    return id;
  }

  /** Forgets all objects, so that none is kept alive. */
  clear(): void {
    const used = Math.min(this.#count, FEW);
    for (let id = 0; id < used; id++) this.#few[id] = undefined;
    this.#many = undefined;
    this.#count = 0;
  }
}

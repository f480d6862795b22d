/** Blocks of shared memory that a manager's server made, and removes at its end. */
import { ShareableList, type ShareableItem } from "../../channels/shared-data/shareable-list.ts";
import { SharedMemory } from "../../channels/shared-data/shared-memory.ts";

export class Segments {
  readonly #kept = new Set<SharedMemory | ShareableList>();

  /** Makes a block and answers its name. */
  memory(size: number): string {
    const memory = SharedMemory.create({ size });
    this.#kept.add(memory);
    return memory.name;
  }

  /** Makes a list and answers the name of its block. */
  list(items: readonly ShareableItem[]): string {
    const list = new ShareableList(items);
    this.#kept.add(list);
    return list.memory.name;
  }

  [Symbol.dispose](): void {
    for (const one of this.#kept) {
      const memory = one instanceof SharedMemory ? one : one.memory;
      try {
        memory.unlink();
      } catch {
        // Somebody unlinked it before.
      }
      memory.close();
    }
    this.#kept.clear();
  }
}

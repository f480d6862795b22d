/** `SharedMemoryManager`: blocks of shared memory that are removed when it is shut down. */
import { ShareableList, type ShareableItem } from "../channels/shared-data/shareable-list.ts";
import { SharedMemory } from "../channels/shared-data/shared-memory.ts";
import { BaseManager } from "./base-manager.ts";
import { itemsToSend } from "./given-items.ts";
import type { BaseProxy } from "./proxy.ts";
import type { Items } from "./sync-proxies.ts";
import type { BuiltIn } from "./types/all.ts";

/**
 * Makes shared memory in a server process, which unlinks all of it at its end: at `shutdown`, or
 * when this program ends.
 */
export class SharedMemoryManager extends BaseManager {
  #segments: Promise<BaseProxy> | undefined;

  protected override get builtIn(): BuiltIn {
    return "memory";
  }

  async #name(method: string, argument: unknown): Promise<string> {
    this.#segments ??= this.create("Segments", []);
    try {
      return (await (await this.#segments)._callMethod(method, [argument])) as string;
    } catch (error) {
      this.#segments = undefined;
      throw error;
    }
  }

  /** A block of so many bytes. @throws RangeError, StateError before start */
  async SharedMemory(size: number): Promise<SharedMemory> {
    return SharedMemory.attach(await this.#name("memory", size));
  }

  /** A list of simple items. @throws TypeError for items that it cannot hold */
  async ShareableList<T extends ShareableItem>(items: Items<T>): Promise<ShareableList> {
    const given = await itemsToSend(items, this.serverId, "a ShareableList");
    return new ShareableList({ name: await this.#name("list", given) });
  }
}

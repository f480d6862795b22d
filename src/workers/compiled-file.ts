/**
 * How a spawned process gets what V8 compiled in an earlier one, and how it tells what V8 compiled
 * in it: by a file in memory, so that neither waits for the other.
 */
import { fstatSync, readSync, writeSync } from "node:fs";
import { closeNative } from "../platform/close-native.ts";
import { onCopy } from "../platform/copies.ts";
import type { ProcessPlatform } from "../platform/process-platform.ts";
import { CompiledChoice, type CompiledOrder } from "./bootstrap.ts";
import { CompiledShelf, NO_ORDER } from "./compiled-shelf.ts";

const shelf = new CompiledShelf(false);
const NOTHING = new Uint8Array(0);
/** The files that are open here. */
const open = new Set<CompiledFile>();

onCopy(() => {
  for (const { fd } of open) closeNative(fd);
  open.clear();
});

/** In the parent: the file of one child. */
export class CompiledFile {
  /** Negative where there is none. */
  readonly fd: number;
  readonly #order: CompiledOrder;

  /** @param usual whether the child gets the same options of V8 as the others */
  constructor(platform: ProcessPlatform | null, usual: boolean) {
    this.#order = platform !== null && usual ? shelf.order() : NO_ORDER;
    const { given, wanted } = this.#order;
    this.fd = given !== null || wanted ? fileWith(platform!, given ?? NOTHING) : -1;
    if (this.fd >= 0) open.add(this);
  }

  get choice(): string {
    if (this.fd < 0) return CompiledChoice.NONE;
    return this.#order.wanted ? CompiledChoice.WANTED : CompiledChoice.GIVEN;
  }

  /** The child has it now. */
  handedOver(): void {
    if (!this.#order.wanted) this.close();
  }

  /** The child has said what V8 compiled. */
  written(): void {
    if (!shelf.known && open.has(this)) {
      const bytes = new Uint8Array(fstatSync(this.fd).size);
      readSync(this.fd, bytes, 0, bytes.length, 0);
      shelf.put(bytes);
    }
    this.close();
  }

  /** To be called at the end of the child, too. */
  close(): void {
    if (open.delete(this)) closeNative(this.fd);
  }
}

/** A file in memory; negative where this machine forbids such files. */
export function fileWith(platform: ProcessPlatform, contents: Uint8Array): number {
  try {
    return platform.memoryFile(contents);
  } catch {
    return -1;
  }
}

/** Says whether all is written, for there may be no memory left; the file is closed here then. */
export function writeCompiled(fd: number, bytes: Uint8Array): boolean {
  try {
    return writeSync(fd, bytes, 0, bytes.length, 0) === bytes.length;
  } catch {
    return false;
  } finally {
    closeNative(fd);
  }
}

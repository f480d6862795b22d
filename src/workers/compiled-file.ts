/**
 * How a spawned process gets what V8 compiled in an earlier one, and how it tells what V8 compiled
 * in it: by a file in memory, which takes no one's time.
 */
import { closeSync, fstatSync, readSync, writeSync } from "node:fs";
import type { ProcessPlatform } from "../platform/process-platform.ts";
import { CompiledChoice, type CompiledOrder } from "./bootstrap.ts";
import { CompiledShelf, compiledHere } from "./compiled-shelf.ts";

const shelf = new CompiledShelf();
const NOTHING = new Uint8Array(0);

/** In the parent: the file of one child. */
export class CompiledFile {
  /** Negative where there is none. */
  readonly fd: number;
  readonly #order: CompiledOrder;
  #open: boolean;

  /** @param usual whether the child gets the same options of V8 as the others */
  constructor(platform: ProcessPlatform | null, usual: boolean) {
    const possible = platform !== null && usual;
    this.#order = possible ? shelf.order() : { given: null, wanted: false };
    const { given, wanted } = this.#order;
    this.fd = given !== null || wanted ? fileWith(platform!, given ?? NOTHING) : -1;
    this.#open = this.fd >= 0;
  }

  get choice(): string {
    if (this.fd < 0) return CompiledChoice.NONE;
    return this.#order.wanted ? CompiledChoice.WANTED : CompiledChoice.GIVEN;
  }

  /** The child has it now. */
  handedOver(): void {
    if (this.#order.given !== null) this.#close();
  }

  /** The child has said what V8 compiled. */
  written(): void {
    if (!this.#open) return;
    const bytes = new Uint8Array(fstatSync(this.fd).size);
    if (bytes.length === 0) return;
    readSync(this.fd, bytes, 0, bytes.length, 0);
    shelf.put(bytes);
  }

  /** The child has ended. */
  close(): void {
    this.#close();
    if (this.#order.wanted) shelf.over();
  }

  #close(): void {
    if (this.#open) closeSync(this.fd);
    this.#open = false;
  }
}

function fileWith(platform: ProcessPlatform, contents: Uint8Array): number {
  try {
    return platform.memoryFile(contents);
  } catch {
    // This machine forbids such files.
    return -1;
  }
}

/** In the child, at the end of its job. */
export function writeCompiled(fd: number): void {
  const bytes = compiledHere();
  try {
    if (bytes !== null) writeSync(fd, bytes, 0, bytes.length, 0);
  } catch {
    // No memory is left for it: then nobody learns it.
  }
}

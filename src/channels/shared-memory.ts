/**
 * Shared memory with a name, which also programs that do not descend from each other can share.
 *
 * It lives as long as the process that made it, or anybody who attached to it, until `unlink`; what
 * all users left behind by dying is removed by those who come later. Its buffer may be used as long
 * as anybody refers to it, also after `close`: it is never unmapped under a view.
 */
import { randomBytes } from "node:crypto";
import { registerHandle } from "../carry/index.ts";
import { showByToString } from "../core/shown.ts";
import { AlreadyExistsError, ClosedError, PicklingError } from "../errors.ts";
import { loadPlatform } from "../platform/load.ts";
import {
  type UsedFile,
  createFile,
  hasName,
  leaveFile,
  openFile,
  pathOf,
  removeUnused,
  sweepSometimes,
  unlinkFile,
} from "./shared-memory-file.ts";

const MOST_NAME_BYTES = 200;
const MOST_BYTES = 65_535 * 65_536;

/** What `SharedMemory.create` takes. */
export interface SharedMemoryOptions {
  /** Bytes; the buffer has exactly as many. */
  size: number;
  /** By which others find it; one that nobody has is made when it is left out. */
  name?: string;
}

/** A file that is kept until it is unlinked, or for its buffer. */
interface Use {
  readonly name: string;
  readonly file: UsedFile;
  /** Whether this process made it, and stands for it. */
  readonly made: boolean;
  /** False once what it is noted for is over. */
  open: boolean;
  /** Whether its object was closed, and the process that made it only stands for it. */
  closed: boolean;
}

const uses = new Set<Use>();
/** Those that came here, by what they are, so that each is one object. */
const known = new Map<number, WeakRef<SharedMemory>>();

const collected = new FinalizationRegistry<Use>((use) => {
  if (!use.made) endUse(use);
});

function beginUse(name: string, file: UsedFile, made: boolean): Use {
  const use = { name, file, made, open: true, closed: false };
  if (uses.size === 0) process.on("exit", leaveAll);
  uses.add(use);
  return use;
}

function endUse(use: Use): void {
  if (!use.open) return;
  use.open = false;
  uses.delete(use);
  known.delete(use.file.inode);
  if (uses.size === 0) process.off("exit", leaveAll);
  leaveFile(use.file);
}

/** What this process only stands for needs that no more once it has no name. */
function tidy(): void {
  if (!sweepSometimes()) return;
  for (const use of Array.from(uses)) if (use.closed && !hasName(use.file)) endUse(use);
}

/** The same, before something is to be found, or not to be there, under a name. */
function tidyFor(name: string | undefined): void {
  loadPlatform();
  if (name !== undefined) removeUnused(pathOf(name));
  tidy();
}

/** At the end of this thread: what nobody uses any more is removed. */
function leaveAll(): void {
  for (const use of Array.from(uses)) {
    endUse(use);
    removeUnused(pathOf(use.name));
  }
}

/** A piece of memory under a name. Made by `create` and `attach`. */
export class SharedMemory {
  readonly name: string;
  readonly #use: Use;
  readonly #buffer: SharedArrayBuffer;
  #closed = false;

  /** @internal */
  constructor(use: Use) {
    this.name = use.name;
    this.#use = use;
    const { fd, sizeBytes } = use.file;
    this.#buffer = loadPlatform().mapShared(fd, sizeBytes).buffer;
    collected.register(this.#buffer, use);
    known.set(use.file.inode, new WeakRef(this));
  }

  /**
   * Makes new memory, all zeros.
   * @throws AlreadyExistsError when the name is taken, RangeError for a bad size or name
   */
  static create(options: SharedMemoryOptions): SharedMemory {
    if (typeof options !== "object" || options === null) {
      throw new TypeError("create() takes an object such as { size: 1024 }");
    }
    const size = checkedSize(options.size);
    const name = options.name === undefined ? undefined : checkedName(options.name);
    tidyFor(name);
    if (name !== undefined) return new SharedMemory(beginUse(name, createFile(name, size), true));
    for (;;) {
      const made = randomBytes(6).toString("hex");
      try {
        return new SharedMemory(beginUse(made, createFile(made, size), true));
      } catch (error) {
        if (!(error instanceof AlreadyExistsError)) throw error;
      }
    }
  }

  /**
   * Finds memory that a process of the same user made.
   * @throws NotFoundError when there is none of that name
   */
  static attach(name: string): SharedMemory {
    tidyFor(checkedName(name));
    return new SharedMemory(beginUse(name, openFile(name), false));
  }

  /** @internal The same, for one whose name came in a message: the object that is here already. */
  static arrived(name: string): SharedMemory {
    const file = openFile(name);
    const here = known.get(file.inode)?.deref();
    if (here === undefined || here.closed) return new SharedMemory(beginUse(name, file, false));
    leaveFile(file);
    return here;
  }

  /** How many bytes it has. */
  get size(): number {
    return this.#use.file.sizeBytes;
  }

  /**
   * The memory. A SharedArrayBuffer, so that several threads of a process may have it too; give
   * views over it their length if `size` is no multiple of 64 KiB, or use `view`.
   * @throws ClosedError after `close`
   */
  get buffer(): SharedArrayBuffer {
    if (!this.#closed) return this.#buffer;
    throw new ClosedError(`shared memory ${JSON.stringify(this.name)} was closed here`);
  }

  /** A typed array of class `type` over all of it, as far as whole items fit. */
  view<A>(type: ArrayType<A>): A {
    return new type(this.buffer, 0, Math.floor(this.size / type.BYTES_PER_ELEMENT));
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Ends its use by this object. Views that are left stay valid. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    const use = this.#use;
    use.closed = true;
    if (use.open && (!use.made || !hasName(use.file))) endUse(use);
  }

  /**
   * Takes its name away: nobody can attach to it any more, and it ends with its last user.
   * @throws NotFoundError when that was done before
   */
  unlink(): void {
    unlinkFile(this.name, this.#use.file.inode);
    endUse(this.#use);
    tidy();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  toString(): string {
    const state = this.#closed ? "closed" : `${this.size} bytes`;
    return `SharedMemory ${JSON.stringify(this.name)} (${state})`;
  }
}
showByToString(SharedMemory);

/** A class of typed arrays. */
export interface ArrayType<A> {
  new (buffer: SharedArrayBuffer, offset: number, length: number): A;
  readonly BYTES_PER_ELEMENT: number;
}

function checkedSize(size: unknown): number {
  if (typeof size !== "number") throw new TypeError(`size must be a number, not ${typeof size}`);
  if (Number.isInteger(size) && size > 0 && size <= MOST_BYTES) return size;
  throw new RangeError(`size must be a whole number of bytes from 1 to ${MOST_BYTES}, not ${size}`);
}

function checkedName(name: unknown): string {
  if (typeof name !== "string") throw new TypeError(`name must be a string, not ${typeof name}`);
  const isFileName = name !== "" && !/[/\0]/.test(name);
  if (isFileName && Buffer.byteLength(name) <= MOST_NAME_BYTES) return name;
  throw new RangeError(
    `${JSON.stringify(name)} cannot name shared memory: 1 to ${MOST_NAME_BYTES} bytes, ` +
      "without slashes and NULs",
  );
}

registerHandle<SharedMemory, string>("SharedMemory", {
  is: (value): value is SharedMemory => value instanceof SharedMemory,
  toHandle(memory) {
    if (!memory.closed) return memory.name;
    throw new PicklingError(`shared memory ${JSON.stringify(memory.name)} was closed here`);
  },
  fromHandle: (name) => SharedMemory.arrived(name),
});

/**
 * Shared memory with a name, which also programs that do not descend from each other can share.
 *
 * It lives as long as the process that made it, or anybody who has it or attached to it, or a
 * message that carries it, until `unlink`; what all users left behind by dying is removed by those
 * who come later. Its buffer may be used as long as anybody refers to it, also after `close`: it is
 * never unmapped under a view.
 *
 * Invariant: a file has its name as long as a description of it is noted as used, unless somebody
 * unlinked it. Such descriptions are one for each object that is open, and one of the process that
 * made the file, for which it stands (`memory-stands.ts`). A message carries no name but a handle
 * (`file-block.ts`): who sent it keeps the object's description, also after `close`, until somebody
 * else has one or the message is gone. So what arrives is the memory that was sent, whatever has
 * its name by then. When the sender's process ends before that, a copy stays for the receiver.
 */
import { randomBytes } from "node:crypto";
import { registerHandle } from "../../carry/index.ts";
import type { Handle } from "../../core/blocks.ts";
import { Collected, type Watched } from "../../core/collected.ts";
import { familyMember } from "../../core/family-arena.ts";
import { borrowFile, lendFile, lentIdentity } from "../../core/file-block.ts";
import { areOptions, shownKind } from "../../core/options.ts";
import { showByToString } from "../../core/shown.ts";
import { AlreadyExistsError, ClosedError, PicklingError } from "../../errors.ts";
import type { FileIdentity } from "../../platform/file-identity.ts";
import { loadPlatform } from "../../platform/load.ts";
import { noteCarried } from "../../sync/carried.ts";
import { Use } from "./memory-uses.ts";
import { endNameless, standFor } from "./memory-stands.ts";
import {
  createFile,
  hasName,
  openFile,
  openIfSame,
  pathOf,
  recreateFile,
  removeUnused,
  sweepSometimes,
  unlinkFile,
  useOpened,
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

/** The open objects of this thread by their file, so that one that comes here is the same. */
const known = new Map<string, WeakRef<SharedMemory>>();
const keyOf = ({ device, inode }: FileIdentity): string => `${device}:${inode}`;

/** The use of a file by one object, which ends when nobody refers to its buffer. */
interface Used extends Watched {
  readonly use: Use;
}

const collected = new Collected<Used>(({ use }) => {
  forget(use);
  use.end();
});

/** Unless a further object of the same file took its place. */
function forget({ file }: Use, memory?: SharedMemory): void {
  const key = keyOf(file.identity);
  if (known.get(key)?.deref() === memory) known.delete(key);
}

/** Now and then: what has no name, or is used by nobody, need not be kept. */
function tidy(): void {
  if (sweepSometimes()) endNameless();
}

/** The same, before something is to be found, or not to be there, under a name. */
function tidyFor(name: string | undefined): void {
  loadPlatform();
  if (name !== undefined) removeUnused(pathOf(name));
  tidy();
}

function createUse(name: string, size: number): Use {
  const file = createFile(name, size);
  try {
    standFor(file);
  } catch (error) {
    file.close();
    throw error;
  }
  return new Use(name, file);
}

/** A piece of memory under a name. Made by `create` and `attach`. */
export class SharedMemory {
  /** What `attach` finds it by. */
  readonly name: string;
  readonly #use: Use;
  readonly #used: Used;
  readonly #buffer: SharedArrayBuffer;
  #closed = false;

  /** @internal */
  constructor(use: unknown) {
    if (!(use instanceof Use)) {
      throw new TypeError(
        "SharedMemory is made by SharedMemory.create({ size, name }), " +
          "and what exists is found by SharedMemory.attach(name)",
      );
    }
    this.name = use.name;
    this.#use = use;
    const { fd, sizeBytes, identity } = use.file;
    this.#buffer = loadPlatform().mapShared(fd, sizeBytes).buffer;
    this.#used = { object: new WeakRef(this.#buffer), use };
    collected.watch(this.#buffer, this.#used);
    known.set(keyOf(identity), new WeakRef(this));
  }

  /**
   * Makes new memory, all zeros.
   * @throws AlreadyExistsError when the name is taken, RangeError for a bad size or name,
   * ResourceLimitError when this process has made thousands that were not unlinked
   */
  static create(options: SharedMemoryOptions): SharedMemory {
    if (!areOptions(options)) {
      throw new TypeError("create() takes an object such as { size: 1024 }");
    }
    const size = checkedSize(options.size);
    const name = options.name === undefined ? undefined : checkedName(options.name);
    tidyFor(name);
    if (name !== undefined) return new SharedMemory(createUse(name, size));
    for (;;) {
      try {
        return new SharedMemory(createUse(randomBytes(6).toString("hex"), size));
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
    return new SharedMemory(new Use(name, openFile(name)));
  }

  /** @internal One that came in a message: the object that is here already, if there is one. */
  static arrived(name: string, handle: Handle): SharedMemory {
    const member = familyMember();
    const here = known.get(keyOf(lentIdentity(member, handle)))?.deref();
    if (here !== undefined && !here.closed) return here;
    const { file, lent } = borrowFile(member, handle, {
      adopt: (fd, sizeBytes) => useOpened(name, fd, sizeBytes),
      find: (identity) => openIfSame(name, identity),
      make: (size, named) => recreateFile(name, size, named),
    });
    const use = new Use(name, file, lent);
    if (!hasName(file.fd)) use.noteUnlinked();
    return new SharedMemory(use);
  }

  /**
   * @internal What goes instead of it in a message, which keeps it alive.
   * @throws PicklingError when its file is open no more
   */
  lend(): Handle {
    const use = this.#use;
    if (!use.open) {
      const why = this.#closed ? "closed here" : "unlinked here, as many others since";
      throw new PicklingError(`shared memory ${JSON.stringify(this.name)} was ${why}`);
    }
    const member = familyMember();
    use.lent ??= lendFile(member, use.file, use.file.sizeBytes);
    noteCarried(member, use.lent.handle);
    return use.lent.handle;
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
    const size: unknown = typeof type === "function" ? type.BYTES_PER_ELEMENT : undefined;
    if (typeof size !== "number")
      throw new TypeError(`a class of typed arrays is needed, not ${shownKind(type)}`);
    return new type(this.buffer, 0, Math.floor(this.size / type.BYTES_PER_ELEMENT));
  }

  /** Whether this object was closed; others may use the memory all the same. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Ends its use by this object. Views that are left stay valid. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    forget(this.#use, this);
    collected.release(this.#used);
  }

  /**
   * Takes its name away: nobody can attach to it any more, and it ends with its last user.
   * @throws NotFoundError when that was done before
   */
  unlink(): void {
    const { identity } = this.#use.file;
    unlinkFile(this.name, identity);
    endNameless(identity.inode);
    this.#use.noteUnlinked();
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
  /** Bytes of an item. */
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

registerHandle<SharedMemory, readonly [name: string, block: number, stamp: number]>(
  "SharedMemory",
  {
    is: (value): value is SharedMemory => value instanceof SharedMemory,
    toHandle(memory) {
      const { block, stamp } = memory.lend();
      return [memory.name, block, stamp];
    },
    fromHandle: ([name, block, stamp]) => SharedMemory.arrived(name, { block, stamp }),
  },
);

/**
 * The files behind shared memory with a name, which any process of the same user can find.
 *
 * A file of mode 0600 in /dev/shm. Whoever uses one has it open and noted so (a shared lock on the
 * file, which the kernel drops when its process ends, however it does). A file that somebody can
 * lock alone is used by nobody: so whoever wants its name removes it, and so does who looks
 * through them all, which is done the more seldom the more there are. Between opening and noting,
 * a file may be removed so; then it has no more links, and one opens or makes it again.
 *
 * A name is only taken away under the file's `removal` note. So between seeing that the name stands
 * for this file and taking it away, nobody else can do so and put a new file there.
 */
import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  lstatSync,
  openSync,
  readdirSync,
  unlinkSync,
} from "node:fs";
import { withDescriptors } from "../../core/descriptors.ts";
import type { OpenFile } from "../../core/file-block.ts";
import { openMemoryFile } from "../../core/memory-file.ts";
import { napSync } from "../../core/nap.ts";
import { AlreadyExistsError, NotFoundError, UnsupportedPlatformError } from "../../errors.ts";
import { type FileIdentity, identityOf, isSameFile } from "../../platform/file-identity.ts";
import { loadPlatform } from "../../platform/load.ts";
import { isShortage } from "../../platform/system-call-error.ts";

const FOLDER = "/dev/shm";
const OWNER_ONLY = 0o600;
/** Another may be just removing it, or just looking whether it is used. */
const ATTEMPTS = 20;

/** Files of two users never have the same name. */
const prefix = (): string => `manyhands-${process.getuid?.() ?? 0}-`;

export const pathOf = (name: string): string => `${FOLDER}/${prefix()}${name}`;

/** A file that this thread has open, and noted as used. */
export class UsedFile implements OpenFile {
  readonly sizeBytes: number;
  readonly identity: FileIdentity;
  readonly keepsName: boolean;
  readonly #path: string;
  #fd: number;

  constructor(path: string, fd: number, sizeBytes: number, keepsName = true) {
    this.keepsName = keepsName;
    this.#path = path;
    this.#fd = fd;
    this.sizeBytes = sizeBytes;
    this.identity = identityOf(fd);
  }

  get fd(): number {
    return this.#fd;
  }

  /** Ends its use, also where its memory is still mapped; who is the last one removes the file. */
  close(): void {
    loadPlatform().noteUse(this.#fd, "over");
    const named = hasName(this.#fd);
    closeSync(this.#fd);
    if (named) removeUnused(this.#path);
  }

  /** In a forked copy: what was noted through the descriptor that it inherited is the parent's. */
  renew(): void {
    const fd = openSync(`/proc/self/fd/${this.#fd}`, "r+");
    loadPlatform().noteUse(fd, "shared");
    closeSync(this.#fd);
    this.#fd = fd;
  }
}

const codeOf = (error: unknown): unknown => (error as NodeJS.ErrnoException).code;

/** Makes the file `name`. @throws AlreadyExistsError */
export function createFile(name: string, sizeBytes: number): UsedFile {
  for (;;) {
    const fd = openNew(name);
    try {
      ftruncateSync(fd, sizeBytes);
      if (isOurs(fd)) return new UsedFile(pathOf(name), fd, sizeBytes);
    } catch (error) {
      removeNamed(pathOf(name), fd);
      closeSync(fd);
      throw error;
    }
    // Somebody took it for one that nobody uses, and is about to remove it.
    letGo(pathOf(name), fd);
    closeSync(fd);
  }
}

/** Takes the name away, or waits until whoever is at it has done so. */
function letGo(path: string, fd: number): void {
  for (let attempt = 0; attempt < ATTEMPTS && hasName(fd); attempt++) {
    if (!removeNamed(path, fd)) napSync(1);
  }
}

/** Takes the name away if it stands for this file and nobody else is just doing so. */
function removeNamed(path: string, fd: number): boolean {
  if (!loadPlatform().noteUse(fd, "removal") || !isNamed(path, fstatSync(fd).ino)) return false;
  try {
    unlinkSync(path);
    return true;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return false;
    throw error;
  }
}

function openNew(name: string): number {
  const { O_CREAT, O_EXCL, O_RDWR, O_NOFOLLOW } = constants;
  try {
    const flags = O_CREAT | O_EXCL | O_RDWR | O_NOFOLLOW;
    return withDescriptors(() => openSync(pathOf(name), flags, OWNER_ONLY));
  } catch (error) {
    if (codeOf(error) === "EEXIST") {
      throw new AlreadyExistsError(
        `shared memory ${JSON.stringify(name)} exists already; attach to it, or unlink it first`,
      );
    }
    if (codeOf(error) !== "ENOENT") throw error;
    throw new UnsupportedPlatformError(`shared memory with a name needs ${FOLDER}`);
  }
}

/** Opens the file `name`. @throws NotFoundError when there is none that is ours */
export function openFile(name: string): UsedFile {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const fd = openExisting(pathOf(name));
    if (fd === null) break;
    if (isOurs(fd)) {
      const { size } = fstatSync(fd);
      if (size > 0) return new UsedFile(pathOf(name), fd, size);
    }
    // Its maker has not given it its size yet, or it is being removed.
    closeSync(fd);
    napSync(1);
  }
  throw new NotFoundError(`there is no shared memory ${JSON.stringify(name)}`);
}

/** Opens a plain file of this user's that nobody else may open; null when it is anything else. */
function openExisting(path: string): number | null {
  const { O_RDWR, O_NOFOLLOW, O_NONBLOCK } = constants;
  let fd: number;
  try {
    fd = withDescriptors(() => openSync(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK));
  } catch (error) {
    if (isShortage(error)) throw error;
    return null;
  }
  const stat = fstatSync(fd);
  const isPrivate = stat.uid === process.getuid?.() && (stat.mode & 0o077) === 0;
  if (stat.isFile() && isPrivate) return fd;
  closeSync(fd);
  return null;
}

/** Whether a file still has a name. */
export const hasName = (fd: number): boolean => fstatSync(fd).nlink > 0;

/** Notes the use of a file; false when it was removed before that. */
const isOurs = (fd: number): boolean => loadPlatform().noteUse(fd, "shared") && hasName(fd);

/** A file that was opened in another way than by its name, which it may have no more. */
export function useOpened(name: string, fd: number, sizeBytes: number): UsedFile {
  return new UsedFile(pathOf(name), fd, sizeBytes, isOurs(fd));
}

/** A new file for memory whose file is gone: under its name if it had that and nobody took it. */
export function recreateFile(name: string, sizeBytes: number, named: boolean): UsedFile {
  for (let left = named ? ATTEMPTS : 0; left > 0; left--) {
    try {
      return createFile(name, sizeBytes);
    } catch (error) {
      if (!(error instanceof AlreadyExistsError)) throw error;
    }
    // It may be the file that is gone: whoever found it unused has yet to take the name away.
    if (!removeUnused(pathOf(name))) {
      if (isUsed(pathOf(name))) break;
      napSync(1);
    }
  }
  return useOpened(name, openMemoryFile("manyhands-memory", sizeBytes), sizeBytes);
}

/** Whether anybody uses the file of this name, which is not just being removed. */
function isUsed(path: string): boolean {
  const fd = openExisting(path);
  if (fd === null) return false;
  try {
    return isOurs(fd);
  } finally {
    closeSync(fd);
  }
}

/** Opens the file `name` if it is this one. */
export function openIfSame(name: string, identity: FileIdentity): UsedFile | null {
  const fd = openExisting(pathOf(name));
  if (fd === null) return null;
  if (isSameFile(identityOf(fd), identity)) return useOpened(name, fd, fstatSync(fd).size);
  closeSync(fd);
  return null;
}

/** Whether the name still stands for this file. */
function isNamed(path: string, inode: number): boolean {
  try {
    return lstatSync(path).ino === inode;
  } catch {
    return false;
  }
}

/** Takes the name away from the file. @throws NotFoundError when it has it no more */
export function unlinkFile(name: string, identity: FileIdentity): void {
  const fd = openExisting(pathOf(name));
  try {
    if (fd !== null && isSameFile(identityOf(fd), identity) && removeNamed(pathOf(name), fd))
      return;
  } finally {
    if (fd !== null) closeSync(fd);
  }
  throw new NotFoundError(`shared memory ${JSON.stringify(name)} was unlinked before`);
}

/** The files of this user. */
function ownPaths(): string[] {
  const own = prefix();
  try {
    const names = readdirSync(FOLDER);
    return names.filter((name) => name.startsWith(own)).map((name) => `${FOLDER}/${name}`);
  } catch {
    return [];
  }
}

/** Removes the files whose users are all gone; how many there were. */
export const sweepFiles = (): number => ownPaths().filter(removeUnused).length;

/** For each so many files, a sweep is left out. */
const FILES_PER_SKIP = 16;
/** However many there are, one that is so old is repeated. */
const STALE_MS = 1_000;

let skipsLeft = 0;
let sweptAt = -Infinity;

/**
 * The same now and then, so that it costs each caller the same however many files there are: of few
 * files every time. False when it was left out.
 */
export function sweepSometimes(): boolean {
  if (skipsLeft > 0 && performance.now() - sweptAt < STALE_MS) {
    skipsLeft--;
    return false;
  }
  const paths = ownPaths();
  for (const path of paths) removeUnused(path);
  skipsLeft = Math.floor(paths.length / FILES_PER_SKIP);
  sweptAt = performance.now();
  return true;
}

/** Removes one file if nobody uses it. */
export function removeUnused(path: string): boolean {
  const fd = openExisting(path);
  if (fd === null) return false;
  try {
    return loadPlatform().noteUse(fd, "alone") && removeNamed(path, fd);
  } finally {
    closeSync(fd);
  }
}

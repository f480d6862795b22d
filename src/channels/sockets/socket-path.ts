/**
 * The file of a Unix socket: how it comes to its path, and goes.
 *
 * The socket is made in a new folder of ours that only we can enter, gets its mode there, and is
 * then linked to its path, which fails when the path is taken: so it is never there with the wrong
 * mode, and never takes a path from another. A file that nobody listens at any more, left by a
 * program that was killed, is put aside first.
 *
 * A listener without an address stays in its folder among the temporary files. What killed programs
 * left of these is swept by the next listener of that kind, and by `manyhands doctor`.
 */
import {
  type BigIntStats,
  chmodSync,
  linkSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  rmdirSync,
  unlinkSync,
} from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { AlreadyExistsError, NotFoundError } from "../../errors.ts";
import { atEnd, notAtEnd } from "../../platform/endings.ts";
import { LONGEST_PATH_BYTES } from "./socket-address.ts";

const TEMPORARY = "manyhands-listener-";
const NEARBY = ".mh";
const NAME = "s";
const OWNER_ONLY = 0o600;
/** A folder that is younger may belong to somebody who is about to listen. */
const SWEEP_AFTER_MS = 10_000;

/** What this process has to take away when it ends. */
const published = new Set<SocketPath>();

function withdrawAll(): void {
  for (const path of published) path.withdraw();
}

export class SocketPath {
  /** Where clients connect to. */
  readonly path: string;
  /** Where the server is to listen, before `publish`. */
  readonly boundPath: string;
  readonly #folder: string;
  readonly #pid: number = process.pid;
  #inode: bigint | undefined;

  private constructor(folder: string, path: string | undefined) {
    this.#folder = folder;
    this.boundPath = join(folder, NAME);
    this.path = path ?? this.boundPath;
    atEnd(withdrawAll);
    published.add(this);
  }

  /** A path that nobody chose. */
  static temporary(): SocketPath {
    const room = LONGEST_PATH_BYTES - TEMPORARY.length - "/XXXXXX/s".length;
    const base = Buffer.byteLength(tmpdir()) <= room ? tmpdir() : "/tmp";
    return new SocketPath(mkdtempSync(join(base, TEMPORARY)), undefined);
  }

  /**
   * @throws NotFoundError when its folder does not exist, RangeError when there is no room for the
   * path of its folder of ours
   */
  static at(path: string): SocketPath {
    const near = join(dirname(path), NEARBY);
    if (Buffer.byteLength(near) + "XXXXXX/s".length > LONGEST_PATH_BYTES) {
      throw new RangeError(`the folder of the socket has too long a path: ${path}`);
    }
    try {
      return new SocketPath(mkdtempSync(near), path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      throw new NotFoundError(`there is no folder ${dirname(path)} to make a socket in`);
    }
  }

  /**
   * Shows the socket, which is listening, at its path.
   * @throws AlreadyExistsError when somebody listens there, or the file is no socket
   */
  async publish(): Promise<void> {
    chmodSync(this.boundPath, OWNER_ONLY);
    this.#inode = statsOf(this.boundPath)?.ino;
    if (this.path === this.boundPath) return;
    while (!this.#link()) await this.#putAside();
    unlinkSync(this.boundPath);
    rmdirSync(this.#folder);
  }

  #link(): boolean {
    try {
      linkSync(this.boundPath, this.path);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
      throw error;
    }
  }

  /** Removes a file at our path that nobody listens at. */
  async #putAside(): Promise<void> {
    const found = statsOf(this.path);
    if (found === undefined) return;
    if (!found.isSocket()) throw new AlreadyExistsError(`${this.path} exists and is no socket`);
    if (await isListenedAt(this.path)) {
      throw new AlreadyExistsError(`somebody listens at ${this.path}`);
    }
    const aside = `${this.boundPath}-aside`;
    try {
      renameSync(this.path, aside);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
      throw error;
    }
    // Another may have been faster, and this is its new socket: then it goes back.
    if (statsOf(aside)?.ino !== found.ino) {
      try {
        linkSync(aside, this.path);
      } catch {
        // A third has it by now.
      }
    }
    unlinkSync(aside);
  }

  /** Takes it away again, unless another has the path by now. */
  withdraw(): void {
    published.delete(this);
    if (published.size === 0) notAtEnd(withdrawAll);
    // In a copy made by fork it belongs to the original.
    if (this.#pid !== process.pid) return;
    if (this.#inode !== undefined && statsOf(this.path)?.ino === this.#inode) {
      rmSync(this.path, { force: true });
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** In big numbers, for the reason that `file-identity.ts` gives. */
function statsOf(path: string): BigIntStats | undefined {
  return lstatSync(path, { bigint: true, throwIfNoEntry: false });
}

/** Whether somebody takes connections there. */
function isListenedAt(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", ({ code }: NodeJS.ErrnoException) => {
      resolve(code !== "ECONNREFUSED" && code !== "ENOENT");
    });
  });
}

/**
 * Removes what killed programs of this user left among the temporary files.
 * @returns how many sockets that were
 */
export async function sweepSockets(): Promise<number> {
  const own = process.getuid?.();
  let removed = 0;
  for (const name of readdirSync(tmpdir())) {
    if (!name.startsWith(TEMPORARY)) continue;
    const folder = join(tmpdir(), name);
    const stats = statsOf(folder);
    if (stats === undefined || Number(stats.uid) !== own) continue;
    if (Date.now() - Number(stats.mtimeMs) < SWEEP_AFTER_MS) continue;
    if (await isListenedAt(join(folder, NAME))) continue;
    rmSync(folder, { recursive: true, force: true });
    removed++;
  }
  return removed;
}

/** The socket that listens: TCP, a path, an abstract name, a pipe of Windows. */
import { type Server, type Socket, createServer } from "node:net";
import { AlreadyExistsError } from "../../errors.ts";
import { type Place, shownAddress } from "./socket-address.ts";
import { SocketPath, sweepSockets } from "./socket-path.ts";
import { descriptorOf } from "./socket-stream.ts";

/** After so long without a word the kernel asks whether the other machine still is there. */
export const KEEP_ALIVE_MS = 60_000;

export class LinkServer {
  readonly #asked: Place | undefined;
  readonly #path: SocketPath | undefined;
  readonly #backlog: number;
  readonly #server: Server;
  readonly #pid: number = process.pid;
  #place: Place | undefined;
  #closed = false;
  #held = false;

  /** @throws NotFoundError, RangeError as `SocketPath.at` does */
  constructor(asked: Place | undefined, backlog: number, onSocket: (socket: Socket) => void) {
    this.#asked = asked;
    this.#backlog = backlog;
    this.#path = pathFor(asked);
    this.#server = createServer(
      { allowHalfOpen: true, noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS },
      onSocket,
    );
  }

  /** @throws (rejects) AlreadyExistsError when somebody listens there, or the system's error */
  async start(): Promise<void> {
    if (this.#asked === undefined) await sweepSockets();
    if (this.#closed) return;
    try {
      await this.#listen();
      await this.#path?.publish();
    } catch (error) {
      this.#withdraw();
      throw explained(error, this.place);
    }
    if (this.#closed) this.#withdraw();
    else this.#place = this.#boundPlace();
  }

  #listen(): Promise<void> {
    const server = this.#server;
    const place = this.#path?.boundPath ?? this.#asked!;
    const where = typeof place === "string" ? { path: place } : place;
    return new Promise((resolve, reject) => {
      server.once("error", reject);
      server.listen({ ...where, backlog: this.#backlog, exclusive: true }, () => {
        server.off("error", reject);
        // Out of descriptors, for one: those who connect are refused, and later ones are not.
        server.on("error", () => {});
        resolve();
      });
      this.hold(this.#held);
    });
  }

  #boundPlace(): Place {
    const asked = this.place;
    if (typeof asked === "string") return asked;
    const bound = this.#server.address() as { port: number };
    return { host: asked.host, port: bound.port };
  }

  get listening(): boolean {
    return this.#place !== undefined && !this.#closed;
  }

  /** Where it listens; until then, where it was asked to. */
  get place(): Place {
    return this.#place ?? this.#path?.path ?? this.#asked!;
  }

  get descriptor(): number {
    return descriptorOf(this.#server);
  }

  /** Keeps the program alive, or not. */
  hold(on: boolean): void {
    this.#held = on;
    if (on) this.#server.ref();
    else this.#server.unref();
  }

  close(): void {
    this.#closed = true;
    this.#withdraw();
  }

  #withdraw(): void {
    // Closing one that has a path removes that, which in a copy made by fork is the original's.
    if (this.#path === undefined || this.#pid === process.pid) this.#server.close();
    this.#path?.withdraw();
  }
}

/** The file of a socket; none for TCP, abstract names, and pipes of Windows. */
function pathFor(asked: Place | undefined): SocketPath | undefined {
  if (asked === undefined) return SocketPath.temporary();
  const none = typeof asked !== "string" || asked.startsWith("\0") || process.platform === "win32";
  return none ? undefined : SocketPath.at(asked);
}

function explained(error: unknown, place: Place): unknown {
  if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") return error;
  return new AlreadyExistsError(`somebody listens at ${shownAddress(place)}`, { cause: error });
}

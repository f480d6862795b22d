/**
 * The three standard streams of a program about to start: what `spawn` is told, and our ends.
 *
 * Where the platform can make them, pipes are real ones: a reader that left is SIGPIPE to the
 * writer, `/dev/stdin` can be opened, stdout and stderr can share one. Node's own are socket pairs,
 * which do none of that; they serve where there is no native code.
 */
import type { ChildProcess, StdioOptions } from "node:child_process";
import { Socket } from "node:net";
import { pipeline, type Readable, type Writable } from "node:stream";
import { UnsupportedPlatformError } from "../errors.ts";
import { closeNative } from "../platform/close-native.ts";
import { makePipe } from "./native-pipe.ts";
import { OutputReader } from "./output-reader.ts";
import { DEVNULL, type OpenFile, PIPE, type Redirection, STDOUT } from "./redirection.ts";
import type { Settings } from "./settings.ts";

export type Place = "pipe" | "ignore" | "inherit" | number | Readable | Writable;

export interface Ends {
  readonly stdin: Writable | null;
  readonly stdout: OutputReader | null;
  readonly stderr: OutputReader | null;
}

export class Wiring {
  readonly #settings: Settings;
  readonly #places: Place[] = [];
  /** Closed once the program has them. */
  readonly #theirs: number[] = [];
  /** By the number of the stream. */
  readonly #ours = new Map<number, number>();
  #handedOver: OutputReader | null = null;
  #relayed: OutputReader | null = null;
  #joined = false;

  constructor(settings: Settings) {
    this.#settings = settings;
    try {
      this.#places.push(this.#input(settings.stdin), this.#output(1, settings.stdout));
      this.#places.push(
        settings.stderr === STDOUT ? this.#sameAsStdout() : this.#output(2, settings.stderr),
      );
    } catch (error) {
      this.abandon();
      throw error;
    }
  }

  get stdio(): StdioOptions {
    return this.#places as StdioOptions;
  }

  /** Whether the command itself must lead its stderr into its stdout. */
  get joined(): boolean {
    return this.#joined;
  }

  #input(redirection: Redirection): Place {
    if (!(redirection instanceof OutputReader)) {
      return redirection === PIPE ? this.#pipe(0) : placeOf(redirection, "stdin");
    }
    const source = redirection.handOver();
    if (source === null) {
      this.#relayed = redirection;
      return this.#pipe(0);
    }
    this.#handedOver = redirection;
    return source;
  }

  #output(number: 1 | 2, redirection: Redirection): Place {
    if (redirection === PIPE) return this.#pipe(number);
    return placeOf(redirection, number === 1 ? "stdout" : "stderr");
  }

  #sameAsStdout(): Place {
    const place = this.#places[1]!;
    if (place === "inherit") return 1;
    if (place !== "pipe") return place;
    if (process.platform === "win32") {
      throw new UnsupportedPlatformError(
        "STDOUT next to a pipe is not supported on Windows; use shell: true and 2>&1",
      );
    }
    this.#joined = true;
    return "ignore";
  }

  #pipe(number: number): Place {
    const pipe = makePipe();
    if (pipe === null) return "pipe";
    const { readFd, writeFd } = pipe;
    const [theirs, ours] = number === 0 ? [readFd, writeFd] : [writeFd, readFd];
    this.#theirs.push(theirs);
    this.#ours.set(number, ours);
    return theirs;
  }

  /** Our ends, once the program runs. */
  connect(child: ChildProcess): Ends {
    for (const fd of this.#theirs.splice(0)) closeNative(fd);
    this.#handedOver?.destroy();
    const stdin = this.#ourStdin(child);
    const stdout = this.#ourOutput(1, child.stdout);
    const stderr = this.#joined ? null : this.#ourOutput(2, child.stderr);
    // Node empties unread streams of a program that ended; these are to be read later.
    if (Array.isArray(child.stdio)) (child.stdio as unknown[]).length = 0;
    if (this.#relayed === null) return { stdin, stdout, stderr };
    relay(this.#relayed, stdin!);
    return { stdin: null, stdout, stderr };
  }

  #ourStdin(child: ChildProcess): Writable | null {
    const fd = this.#ours.get(0);
    const stream =
      fd === undefined ? child.stdin : new Socket({ fd, readable: false, writable: true });
    if (stream === null) return null;
    // A program may end without reading its input; the callback of a write tells who wants to know.
    stream.on("error", () => undefined);
    const encoding = this.#settings.text?.bufferEncoding;
    if (encoding !== undefined) stream.setDefaultEncoding(encoding);
    return stream;
  }

  #ourOutput(number: 1 | 2, socket: Readable | null): OutputReader | null {
    const source = this.#ours.get(number) ?? (socket as Socket | null);
    return source === null ? null : new OutputReader(source, this.#settings.text);
  }

  /** Closes everything, when the program did not start. */
  abandon(): void {
    for (const fd of this.#theirs.splice(0)) closeNative(fd);
    for (const fd of this.#ours.values()) closeNative(fd);
    this.#ours.clear();
  }
}

/** Carries on what one program writes to the other, and the end of either. */
function relay(from: OutputReader, to: Writable): void {
  const encoding = from.codec?.bufferEncoding;
  if (encoding !== undefined) to.setDefaultEncoding(encoding);
  pipeline(from, to, () => undefined);
}

/** What `spawn` is told for all but pipes. */
export function placeOf(redirection: Redirection, name: string): Place {
  if (redirection === null) return "inherit";
  if (redirection === DEVNULL) return "ignore";
  if (typeof redirection === "number") return redirection;
  const file = redirection as Exclude<OpenFile, number> & { fd?: unknown };
  if (typeof file.fd === "number" && file.fd >= 0) return file.fd;
  if (file.fd === null)
    throw new TypeError(`${name} is a stream that is not open yet: await its "open" event`);
  const shared = ownStream(file);
  if (shared !== undefined) return shared;
  const { _handle: handle } = file as { _handle?: unknown };
  if (typeof handle === "object" && handle !== null) return file as Readable | Writable;
  throw new TypeError(
    `${name} must be a stream over a file, a pipe or a socket that is open; for another one give ` +
      "PIPE, and pass on what comes or goes",
  );
}

/** Our standard streams have no descriptor of their own in a thread, which shares the program's. */
function ownStream(stream: object): number | undefined {
  if (stream === process.stdout) return 1;
  if (stream === process.stderr) return 2;
  return stream === process.stdin ? 0 : undefined;
}

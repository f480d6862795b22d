/** The options of every call here, and the types of what they lead to. */
import type { Readable, Writable } from "node:stream";
import type { PIPE, Redirection } from "./redirection.ts";

/** A program and its arguments; or a program alone; or, with `shell`, a line for the shell. */
export type Command = string | readonly string[];

/** How a program is started, where its streams lead, and how long it may run. */
export interface PopenOptions {
  /** Pipes for stdout and stderr. */
  captureOutput?: boolean;
  /** Output as strings, line ends as `\n`; in UTF-8 unless `encoding` says otherwise. */
  text?: boolean;
  /**
   * Implies `text`. Output in any encoding that TextDecoder knows, input in UTF-8, UTF-16 or
   * Latin-1.
   */
  encoding?: string;
  /**
   * Written to the program's stdin, which is then closed. Strings are encoded, in text mode or not.
   */
  input?: string | Uint8Array | null;
  /** Where the program reads from: `input`, else what we read ourselves, unless given. */
  stdin?: Redirection;
  /** Where the program writes to: a pipe by `captureOutput`, else where we do, unless given. */
  stdout?: Redirection;
  /** As `stdout`; `STDOUT` leads to wherever that does. */
  stderr?: Redirection;
  /** Runs the command with /bin/sh; of a list, the first is the script, the rest its arguments. */
  shell?: boolean;
  /** The file to run in place of the first argument, which the program still sees as its name. */
  executable?: string;
  /** The directory that the program starts in; ours when absent. */
  cwd?: string | URL;
  /** The whole environment of the program; ours when absent. */
  env?: Readonly<Record<string, string | undefined>>;
  /**
   * Stops the program when that much time has passed; waits for it then fail with TimeoutExpired.
   */
  timeoutMs?: number;
  /** Stops the program when it aborts; waits for it then fail with the reason. */
  signal?: AbortSignal;
  /**
   * Gives the program a process group of its own, and sends signals to all of it: to what the
   * program has started too. Ctrl-C at the terminal does not reach such a group.
   */
  killGroup?: boolean;
  /** How long a program that is stopped has between SIGTERM and SIGKILL; 1000 unless given. */
  graceMs?: number;
}

/** How a program is run to its end. */
export interface RunOptions extends PopenOptions {
  /** Fail with CalledProcessError when the return code is not zero. */
  check?: boolean;
}

/** Without what only a running event loop could do. */
export type RunSyncOptions = Omit<RunOptions, "signal" | "graceMs">;

/** The options of a call without any. */
export type NoOptions = {
  /** Output is bytes. */
  readonly text?: false;
};

type Option<O, Name extends string> = Name extends keyof O ? O[Name] : undefined;

/** Text where `O` asks for text, bytes where it does not; either where that is not known. */
export type Text<O> = [Option<O, "text">] extends [true]
  ? string
  : [Option<O, "encoding">] extends [string]
    ? string
    : [Option<O, "text">, Option<O, "encoding">] extends [false | undefined, undefined]
      ? Buffer
      : string | Buffer;

type IsPiped<O, Stream extends string> = [Option<O, Stream>] extends [typeof PIPE]
  ? true
  : [Option<O, "captureOutput">, Stream] extends [true, "stdout" | "stderr"]
    ? true
    : [Option<O, "input">, Stream] extends [string | Uint8Array, "stdin"]
      ? true
      : false;

type IsElsewhere<O, Stream extends string> = [Option<O, "captureOutput">] extends [
  false | undefined,
]
  ? [Option<O, Stream>] extends [Exclude<Redirection, typeof PIPE> | undefined]
    ? true
    : false
  : false;

/**
 * What a call with options `O` gives for a stream: text or bytes where it is a pipe to us, else
 * null.
 */
export type Captured<O, Stream extends "stdout" | "stderr"> =
  IsPiped<O, Stream> extends true
    ? Text<O>
    : IsElsewhere<O, Stream> extends true
      ? null
      : Text<O> | null;

type Piped<O, Stream extends "stdin" | "stdout" | "stderr", T> =
  IsPiped<O, Stream> extends true ? T : T | null;

/** The streams of a program, and what `communicate` gives of them. */
export interface Shape {
  readonly stdin: Writable | null;
  readonly stdout: Readable | null;
  readonly stderr: Readable | null;
  readonly out: string | Buffer | null;
  readonly err: string | Buffer | null;
}

/** That of a program started with options `O`: no stream is null that they ask a pipe for. */
export interface ShapeOf<O> extends Shape {
  readonly stdin: Piped<O, "stdin", Writable>;
  readonly stdout: Piped<O, "stdout", Readable>;
  readonly stderr: Piped<O, "stderr", Readable>;
  readonly out: Captured<O, "stdout">;
  readonly err: Captured<O, "stderr">;
}

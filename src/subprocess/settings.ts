/** Options checked and in one form: what does not depend on the program is decided here. */
import { fileURLToPath } from "node:url";
import { checkTime, givenSignal, timeAllowed } from "../core/deadline.ts";
import { type Called, type OptionNames, optionNames } from "../core/option-names.ts";
import { checkFlag, checkIsOptions, shownKind } from "../core/options.ts";
import { checkEnvironment } from "./environment.ts";
import type { PopenOptions } from "./options.ts";
import { checkRedirection, PIPE, type Redirection } from "./redirection.ts";
import { TextCodec } from "./text-codec.ts";

export interface Settings {
  readonly stdin: Redirection;
  readonly stdout: Redirection;
  readonly stderr: Redirection;
  /** Null for bytes. */
  readonly text: TextCodec | null;
  readonly input: Buffer | null;
  readonly shell: boolean;
  readonly executable: string | null;
  readonly cwd: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>> | undefined;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  readonly killGroup: boolean;
  readonly graceMs: number;
}

const GRACE_MS = 1000;
const FLAGS = ["captureOutput", "text", "shell", "killGroup"] as const;

const OWN_GROUP: Called = ["killGroup", ", which gives a program a group of its own"];
const NO_HOOK: Called = [null, "nothing of ours runs between fork and exec"];

/** What Python, or Node's spawn, calls otherwise or has more. */
const NAMES: OptionNames = optionNames({
  detached: OWN_GROUP,
  process_group: OWN_GROUP,
  start_new_session: OWN_GROUP,
  errors: [null, "bytes that are no text become U+FFFD; leave text away for the bytes"],
  extra_groups: NO_HOOK,
  gid: NO_HOOK,
  group: NO_HOOK,
  pass_fds: NO_HOOK,
  preexec_fn: NO_HOOK,
  uid: NO_HOOK,
  umask: NO_HOOK,
  user: NO_HOOK,
  killSignal: [null, "a program is stopped by SIGTERM, and by SIGKILL after graceMs"],
  stdio: [null, "write stdin, stdout and stderr"],
});

/** @throws TypeError and RangeError that name the option */
export function settingsOf(options: PopenOptions): Settings {
  checkIsOptions(options, NAMES);
  for (const name of FLAGS) checkFlag(options[name], name);
  const streams = streamsOf(options);
  const { text, encoding = text === true ? "utf-8" : undefined } = options;
  const codec = encoding === undefined ? null : new TextCodec(encoding);
  if (options.env !== undefined) checkEnvironment(options.env);
  return {
    ...streams,
    text: codec,
    input: inputOf(options, codec),
    shell: options.shell === true,
    executable: executableOf(options),
    cwd: folderOf(options),
    env: options.env,
    timeoutMs: timeAllowed(options),
    signal: givenSignal(options),
    killGroup: options.killGroup === true,
    graceMs: options.graceMs === undefined ? GRACE_MS : checkTime(options.graceMs, "graceMs"),
  };
}

function streamsOf(options: PopenOptions): Pick<Settings, "stdin" | "stdout" | "stderr"> {
  const { captureOutput, stdin = null, stdout = null, stderr = null } = options;
  checkRedirection(stdin, "stdin");
  checkRedirection(stdout, "stdout");
  checkRedirection(stderr, "stderr");
  if (captureOutput === true) {
    if (stdout !== null || stderr !== null)
      throw new RangeError("captureOutput redirects stdout and stderr: give it or these, not both");
    return streamsOf({ ...options, captureOutput: false, stdout: PIPE, stderr: PIPE });
  }
  if ((options.input ?? null) === null) return { stdin, stdout, stderr };
  if (stdin !== null)
    throw new RangeError("input is written to a pipe of its own: give it or stdin, not both");
  return { stdin: PIPE, stdout, stderr };
}

function inputOf({ input }: PopenOptions, codec: TextCodec | null): Buffer | null {
  return input === undefined || input === null ? null : bytesOf(input, codec);
}

/**
 * What is written for an input; bytes are taken as they are.
 * @throws TypeError when it is neither text nor bytes
 */
export function bytesOf(input: unknown, codec: TextCodec | null): Buffer {
  if (typeof input === "string") return codec === null ? Buffer.from(input) : codec.encode(input);
  if (ArrayBuffer.isView(input))
    return Buffer.from(input.buffer, input.byteOffset, input.byteLength);
  throw new TypeError(`input must be a string or bytes, not ${typeof input}`);
}

function executableOf({ executable }: PopenOptions): string | null {
  if (executable === undefined) return null;
  if (typeof executable === "string" && executable !== "") return executable;
  throw new TypeError("executable must be the path of a program");
}

function folderOf({ cwd }: PopenOptions): string | undefined {
  if (typeof cwd === "string" && cwd.includes("\0")) throw new RangeError("cwd holds a NUL");
  if (cwd === undefined || typeof cwd === "string") return cwd;
  if (cwd instanceof URL) return fileURLToPath(cwd);
  throw new TypeError(`cwd must be a path or a file URL, not ${shownKind(cwd)}`);
}

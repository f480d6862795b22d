/**
 * What is going to be run: the file behind a command, found as execvp would find it, and the
 * arguments it gets. The search is ours because a missing program is to be told at the call, by
 * name, while Node tells it later and in terms of the spawn.
 */
import { accessSync, constants, type Stats, statSync } from "node:fs";
import { devNull } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { NotFoundError, SubprocessError } from "../errors.ts";
import { workingDirectory } from "../platform/working-directory.ts";
import { list2cmdline } from "./list2cmdline.ts";
import type { Command } from "./options.ts";
import type { Settings } from "./settings.ts";

export interface Program {
  /** A path that needs no further search. */
  readonly file: string;
  /** The name that the program sees as its own. */
  readonly argv0: string;
  readonly args: readonly string[];
  /** The arguments are one line of cmd.exe, quoted already. */
  readonly verbatim: boolean;
}

const onWindows = process.platform === "win32";

/** @throws NotFoundError naming the program or the working directory that is missing */
export function programOf(command: Command, settings: Settings): Program {
  const list = listOf(command);
  const folder = checkFolder(settings.cwd);
  const { shell, executable } = settings;
  if (shell && onWindows) {
    const line = typeof command === "string" ? command : list2cmdline(command);
    const file = executable ?? process.env["ComSpec"] ?? "cmd.exe";
    return { file, argv0: file, args: ["/d", "/s", "/c", `"${line}"`], verbatim: true };
  }
  const [argv0, ...args] = shell ? [executable ?? "/bin/sh", "-c", ...list] : list;
  const file = find(executable ?? argv0!, folder, settings.env ?? process.env);
  return { file, argv0: argv0!, args, verbatim: false };
}

function listOf(command: Command): readonly string[] {
  const list = typeof command === "string" ? [command] : command;
  if (!Array.isArray(list))
    throw new TypeError(`a command is a string or an array of strings, not ${typeof command}`);
  if (list.length === 0) throw new RangeError("the command is empty: it needs a program at least");
  for (const [i, arg] of (list as readonly unknown[]).entries()) {
    if (typeof arg !== "string")
      throw new TypeError(`argument ${i} of the command must be a string, not ${typeof arg}`);
    if (arg.includes("\0")) throw new RangeError(`argument ${i} of the command holds a NUL`);
  }
  return list as readonly string[];
}

function checkFolder(cwd: string | undefined): string {
  // Where that was removed nothing is to be found in it, as in what is no directory.
  if (cwd === undefined) return workingDirectory() ?? devNull;
  const kind = kindOf(cwd);
  if (kind === undefined) throw new NotFoundError(`there is no directory ${cwd} to run in`);
  if (!kind.isDirectory()) throw new NotFoundError(`${cwd} is not a directory to run in`);
  return cwd;
}

/** Names without a slash are looked for along PATH, others from the directory to run in. */
function find(name: string, folder: string, env: NodeJS.ProcessEnv): string {
  const hasFolder = name.includes("/") || (onWindows && name.includes("\\"));
  const candidates = hasFolder
    ? [resolve(folder, name)]
    : searchPath(env).map((place) => resolve(folder, place, name));
  let refused: string | undefined;
  for (const candidate of onWindows ? candidates.flatMap(withExtensions) : candidates) {
    if (!kindOf(candidate)?.isFile()) continue;
    if (isExecutable(candidate)) return candidate;
    refused ??= candidate;
  }
  if (refused !== undefined) throw new SubprocessError(`${refused} is not executable`);
  const where = hasFolder ? "" : " on the PATH";
  throw new NotFoundError(`there is no program ${JSON.stringify(name)}${where}`);
}

/** Undefined for what is not there, and for what we may not look at. */
function kindOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

function searchPath(env: NodeJS.ProcessEnv): string[] {
  const name = Object.keys(env).find((key) => (onWindows ? key.toUpperCase() : key) === "PATH");
  const path = name === undefined ? undefined : env[name];
  return (path ?? (onWindows ? "" : "/bin:/usr/bin")).split(delimiter);
}

function withExtensions(candidate: string): string[] {
  return [candidate, `${candidate}.exe`, `${candidate}.com`];
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * The same program with what it writes to stderr going to its stdout: a shell joins the two and
 * becomes the program. For where we cannot make a pipe of our own to hand out twice.
 */
export function withJoinedOutput(program: Program): Program {
  const { file, argv0, args } = program;
  const sameName = file === argv0 || file.endsWith(join("/", argv0));
  return {
    file: "/bin/sh",
    argv0: "sh",
    args: ["-c", 'exec "$0" "$@" 2>&1', sameName ? argv0 : file, ...args],
    verbatim: false,
  };
}

/** Starts a program, or says why it cannot be started. */
import type { ChildProcess } from "node:child_process";
import { accessSync, closeSync, constants, openSync, readSync } from "node:fs";
import { ManyhandsError, NotFoundError, SubprocessError } from "../errors.ts";
import { type Spawned, spawnNow } from "../platform/spawn-now.ts";
import type { Command } from "./options.ts";
import { type Program, programOf, withJoinedOutput } from "./program.ts";
import type { Settings } from "./settings.ts";
import { type Ends, Wiring } from "./wiring.ts";

export interface Started extends Ends {
  readonly child: ChildProcess;
  readonly pid: number;
}

/** @throws NotFoundError, SubprocessError */
export function start(command: Command, settings: Settings): Started {
  const program = programOf(command, settings);
  let wiring: Wiring | undefined;
  let child: Spawned;
  try {
    wiring = new Wiring(settings);
    child = spawnProgram(wiring.joined ? withJoinedOutput(program) : program, settings, wiring);
  } catch (error) {
    wiring?.abandon();
    if (error instanceof TypeError || error instanceof ManyhandsError) throw error;
    throw notStarted(program.file, error as Error);
  }
  return { child, pid: child.pid, ...wiring.connect(child) };
}

function spawnProgram(program: Program, settings: Settings, { stdio }: Wiring): Spawned {
  return spawnNow(program.file, program.args, {
    argv0: program.argv0,
    cwd: settings.cwd,
    env: settings.env as NodeJS.ProcessEnv | undefined,
    detached: settings.killGroup,
    windowsVerbatimArguments: program.verbatim,
    windowsHide: true,
    stdio,
  });
}

/** What to throw where the system refused. What is wrong with a script may be its interpreter. */
export function notStarted(file: string, cause: Error): Error {
  const interpreter = interpreterOf(file);
  const wrong = interpreter === null ? null : whatIsWrong(interpreter);
  if (wrong === null) {
    return new SubprocessError(`${file} cannot be started: ${cause.message}`, { cause });
  }
  const message = `${file} is a script for ${interpreter}, which is ${wrong}`;
  if (wrong === "not there") return new NotFoundError(message, { cause });
  return new SubprocessError(message, { cause });
}

function whatIsWrong(program: string): "not there" | "not executable" | null {
  try {
    accessSync(program, constants.X_OK);
    return null;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT" ? "not there" : "not executable";
  }
}

const LONGEST_FIRST_LINE = 256;

function interpreterOf(file: string): string | null {
  try {
    const fd = openSync(file, "r");
    try {
      const start = Buffer.alloc(LONGEST_FIRST_LINE);
      const size = readSync(fd, start);
      return /^#!\s*(\S+)/.exec(start.toString("utf8", 0, size))?.[1] ?? null;
    } finally {
      closeSync(fd);
    }
  } catch {
    return null;
  }
}

/** Starts a program, or says why it cannot be started. */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readSync } from "node:fs";
import { ManyhandsError, NotFoundError, SubprocessError } from "../errors.ts";
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
  let child: ChildProcess;
  try {
    wiring = new Wiring(settings);
    child = spawnProgram(wiring.joined ? withJoinedOutput(program) : program, settings, wiring);
  } catch (error) {
    wiring?.abandon();
    throw refusal(program.file, error as Error);
  }
  if (child.pid === undefined) {
    wiring.abandon();
    const failure = notStarted(program.file);
    child.once("error", (cause) => (failure.cause = cause));
    throw failure;
  }
  child.on("error", () => undefined);
  return { child, pid: child.pid, ...wiring.connect(child) };
}

/** What the system says when it has no room for the arguments, or no descriptors left. */
function refusal(file: string, error: Error): Error {
  if (error instanceof TypeError || error instanceof ManyhandsError) return error;
  return new SubprocessError(`${file} cannot be started: ${error.message}`, { cause: error });
}

function spawnProgram(program: Program, settings: Settings, { stdio }: Wiring): ChildProcess {
  return spawn(program.file, program.args, {
    argv0: program.argv0,
    cwd: settings.cwd,
    env: settings.env as NodeJS.ProcessEnv | undefined,
    detached: settings.killGroup,
    windowsVerbatimArguments: program.verbatim,
    windowsHide: true,
    stdio,
  });
}

/**
 * The system refused and Node will say why a moment later. A script whose interpreter is missing is
 * the one case that looks like a missing program.
 */
export function notStarted(file: string): Error {
  const interpreter = interpreterOf(file);
  if (interpreter !== null && !existsSync(interpreter))
    return new NotFoundError(`${file} is a script for ${interpreter}, which is not there`);
  return new SubprocessError(
    `${file} cannot be started: not permitted, or too many processes or open files`,
  );
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

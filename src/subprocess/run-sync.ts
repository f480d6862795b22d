import { spawnSync, type SpawnSyncReturns } from "node:child_process";
import { checkFlag, checkIsOptions } from "../core/options.ts";
import { StateError } from "../errors.ts";
import { signalNumber } from "../os/signals.ts";
import { CompletedProcess } from "./completed-process.ts";
import { calledProcessError, timeoutExpired } from "./failures.ts";
import type { Captured, Command, NoOptions, RunOptions, RunSyncOptions } from "./options.ts";
import { OutputReader } from "./output-reader.ts";
import { programOf, withJoinedOutput } from "./program.ts";
import { PIPE, type Redirection, STDOUT } from "./redirection.ts";
import { type Settings, settingsOf } from "./settings.ts";
import { notStarted } from "./start.ts";
import { type Place, placeOf } from "./wiring.ts";

/**
 * `run` that blocks the thread. When `timeoutMs` has passed the program is killed at once: a
 * blocked thread could not come back after a grace period.
 *
 * @throws NotFoundError, CalledProcessError (with `check`), TimeoutExpired with the bytes so far
 */
export function runSync<const O extends RunSyncOptions = NoOptions>(
  command: Command,
  options: O = {} as O,
): CompletedProcess<Captured<O, "stdout">, Captured<O, "stderr">> {
  checkIsOptions(options);
  checkFlag(options.check, "check");
  for (const name of ["signal", "graceMs"] as const)
    if ((options as RunOptions)[name] !== undefined)
      throw new TypeError(`runSync cannot heed ${name}: use run`);
  const settings = settingsOf(options);
  const ended = spawnBlocking(command, settings);
  const output = { stdout: ended.stdout, stderr: ended.stderr };
  if ((ended.error as NodeJS.ErrnoException | undefined)?.code === "ETIMEDOUT") {
    if (settings.killGroup) killGroup(ended.pid);
    throw timeoutExpired(command, settings.timeoutMs, output);
  }
  // Node has no name for a real-time signal, and does not tell its number.
  const hidden = ended.status === null && !ended.signal;
  const returnCode = ended.status ?? (hidden ? 0 : -signalNumber(ended.signal!));
  const captured = (bytes: Buffer | null): string | Buffer | null =>
    bytes === null || settings.text === null ? bytes : settings.text.decode(bytes);
  const completed = new CompletedProcess(
    command,
    returnCode,
    captured(output.stdout) as Captured<O, "stdout">,
    captured(output.stderr) as Captured<O, "stderr">,
  );
  if (options.check !== true) return completed;
  if (hidden) throw calledProcessError(completed);
  completed.checkReturnCode();
  return completed;
}

function spawnBlocking(command: Command, settings: Settings): SpawnSyncReturns<Buffer> {
  const { stdin, stdout, stderr } = settings;
  const found = programOf(command, settings);
  const joined = stderr === STDOUT && stdout === PIPE;
  const program = joined ? withJoinedOutput(found) : found;
  const out = outputPlace(stdout, "stdout");
  const sameAsOut = out === "inherit" ? 1 : out;
  const err = joined ? "ignore" : stderr === STDOUT ? sameAsOut : outputPlace(stderr, "stderr");
  // The types of Node leave out that this call, too, can make a group.
  const group = { detached: settings.killGroup };
  const ended = spawnSync(program.file, program.args, {
    ...group,
    argv0: program.argv0,
    cwd: settings.cwd,
    env: settings.env as NodeJS.ProcessEnv | undefined,
    input: settings.input ?? undefined,
    stdio: [inputPlace(stdin), out, err],
    timeout: wholeTime(settings.timeoutMs),
    killSignal: "SIGKILL",
    maxBuffer: Infinity,
    windowsVerbatimArguments: program.verbatim,
    windowsHide: true,
  });
  if (stdin instanceof OutputReader) stdin.destroy();
  checkStart(ended, program.file);
  return ended;
}

/** Node takes whole numbers only, and zero for no limit. */
function wholeTime(timeoutMs: number): number | undefined {
  return timeoutMs > Number.MAX_SAFE_INTEGER ? undefined : Math.max(1, Math.ceil(timeoutMs));
}

function inputPlace(stdin: Redirection): Place {
  if (stdin === PIPE) return PIPE;
  if (!(stdin instanceof OutputReader)) return placeOf(stdin, "stdin");
  const source = stdin.handOver();
  if (typeof source === "number") return source;
  throw new StateError("this output is being read already: only run() can pass on the rest");
}

function outputPlace(redirection: Redirection, name: string): Place {
  return redirection === PIPE ? PIPE : placeOf(redirection, name);
}

function checkStart(ended: SpawnSyncReturns<Buffer>, file: string): void {
  const error = ended.error as NodeJS.ErrnoException | undefined;
  if (error === undefined || error.code === "ETIMEDOUT" || hasLeftInput(ended)) return;
  throw notStarted(file, error);
}

/** It ran and ended without reading all of its input, which is no error. */
function hasLeftInput({ error, pid }: SpawnSyncReturns<Buffer>): boolean {
  return (error as NodeJS.ErrnoException | undefined)?.code === "EPIPE" && pid > 0;
}

function killGroup(leader: number): void {
  if (leader <= 0) return;
  try {
    process.kill(-leader, "SIGKILL");
  } catch {
    // Nobody is left in it.
  }
}

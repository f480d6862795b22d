/** The errors of programs, with messages that name the command. */
import { CalledProcessError, type ProgramOutput, TimeoutExpired } from "../errors.ts";
import { signalName } from "../os/signals.ts";
import { list2cmdline } from "./list2cmdline.ts";
import type { Command } from "./options.ts";

const LONGEST_SHOWN = 300;

export function shownCommand(command: Command): string {
  const line = typeof command === "string" ? command : list2cmdline(command);
  return line.length <= LONGEST_SHOWN ? line : `${line.slice(0, LONGEST_SHOWN)}…`;
}

export function calledProcessError(
  ended: ProgramOutput & { readonly args: Command; readonly returnCode: number },
): CalledProcessError {
  const { args, returnCode } = ended;
  const signal = returnCode < 0 ? signalName(-returnCode) : null;
  const died = returnCode === 0 ? "a signal without a name" : `unknown signal ${-returnCode}`;
  const how =
    returnCode > 0 ? `returned non-zero exit status ${returnCode}` : `died with ${signal ?? died}`;
  const message = `Command '${shownCommand(args)}' ${how}`;
  return new CalledProcessError(message, args, returnCode, signal, ended);
}

export function timeoutExpired(
  command: Command,
  timeoutMs: number,
  output?: ProgramOutput,
): TimeoutExpired {
  const message = `Command '${shownCommand(command)}' timed out after ${timeoutMs} ms`;
  return new TimeoutExpired(message, command, timeoutMs, output);
}

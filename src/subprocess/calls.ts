/** Short forms of `run`, for one part of its answer each. */
import { checkIsOptions } from "../core/options.ts";
import type { Command, NoOptions, RunOptions, Text } from "./options.ts";
import { PIPE, STDOUT } from "./redirection.ts";
import { run } from "./run.ts";

/** What `checkOutput` and its kin decide themselves. */
export type OutputOptions = Omit<RunOptions, "stdout" | "captureOutput" | "check">;

/** @throws RangeError for an option that the call decides itself, TypeError for no options */
export function checkOutputOptions(options: RunOptions): void {
  checkIsOptions(options);
  for (const name of ["stdout", "captureOutput", "check"] as const) {
    if (options[name] !== undefined)
      throw new RangeError(`checkOutput decides about ${name} itself`);
  }
}

/** Runs a program and gives its return code. */
export async function call(command: Command, options?: RunOptions): Promise<number> {
  return (await run(command, options)).returnCode;
}

/** Runs a program that must succeed; gives zero. */
export async function checkCall(command: Command, options: RunOptions = {}): Promise<number> {
  checkIsOptions(options);
  return (await run(command, { ...options, check: true })).returnCode;
}

/**
 * Runs a program that must succeed and gives what it wrote to stdout; without `input` it reads
 * none.
 */
export async function checkOutput<const O extends OutputOptions = NoOptions>(
  command: Command,
  options: O = {} as O,
): Promise<Text<O>> {
  checkOutputOptions(options);
  const { stdout } = await run(command, { ...emptyInput(options), stdout: PIPE, check: true });
  return stdout as Text<O>;
}

/** An input of null is an empty one here. */
export function emptyInput<O extends OutputOptions>(options: O): O {
  return options.input === null ? { ...options, input: "" } : options;
}

/** Options of the calls that take a line for the shell. */
export type ShellOptions = Omit<
  RunOptions,
  "stdout" | "stderr" | "captureOutput" | "check" | "shell" | "text"
>;

/**
 * The status of a shell command and what it wrote, to stdout and stderr, without its last newline.
 */
export async function getStatusOutput(
  line: string,
  options: ShellOptions = {},
): Promise<[status: number, output: string]> {
  checkIsOptions(options);
  const { returnCode, stdout } = await run(line, { ...options, ...shellCapture });
  return [returnCode, withoutLastNewline(stdout)];
}

/** What a shell command wrote, to stdout and stderr, without its last newline. */
export async function getOutput(line: string, options?: ShellOptions): Promise<string> {
  return (await getStatusOutput(line, options))[1];
}

export const shellCapture: {
  readonly shell: true;
  readonly text: true;
  readonly stdout: typeof PIPE;
  readonly stderr: typeof STDOUT;
} = { shell: true, text: true, stdout: PIPE, stderr: STDOUT };

export function withoutLastNewline(output: string): string {
  return output.endsWith("\n") ? output.slice(0, -1) : output;
}

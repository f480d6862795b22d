/** The short forms of `runSync`. */
import { checkIsOptions } from "../core/options.ts";
import {
  checkOutputOptions,
  emptyInput,
  type OutputOptions,
  shellCapture,
  type ShellOptions,
  withoutLastNewline,
} from "./calls.ts";
import type { Command, NoOptions, RunSyncOptions, Text } from "./options.ts";
import { PIPE } from "./redirection.ts";
import { runSync } from "./run-sync.ts";

/** `call` that blocks the thread. */
export function callSync(command: Command, options?: RunSyncOptions): number {
  return runSync(command, options).returnCode;
}

/** `checkCall` that blocks the thread. */
export function checkCallSync(command: Command, options: RunSyncOptions = {}): number {
  checkIsOptions(options);
  return runSync(command, { ...options, check: true }).returnCode;
}

/** `checkOutput` that blocks the thread. */
export function checkOutputSync<
  const O extends Omit<OutputOptions, "signal" | "graceMs"> = NoOptions,
>(command: Command, options: O = {} as O): Text<O> {
  checkOutputOptions(options);
  const { stdout } = runSync(command, { ...emptyInput(options), stdout: PIPE, check: true });
  return stdout as Text<O>;
}

type ShellSyncOptions = Omit<ShellOptions, "signal" | "graceMs">;

/** `getStatusOutput` that blocks the thread. */
export function getStatusOutputSync(
  line: string,
  options: ShellSyncOptions = {},
): [status: number, output: string] {
  checkIsOptions(options);
  const { returnCode, stdout } = runSync(line, { ...options, ...shellCapture });
  return [returnCode, withoutLastNewline(stdout)];
}

/** `getOutput` that blocks the thread. */
export function getOutputSync(line: string, options?: ShellSyncOptions): string {
  return getStatusOutputSync(line, options)[1];
}

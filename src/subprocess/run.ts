import { signalOf } from "../core/deadline.ts";
import { inBackground } from "../core/flow.ts";
import { checkFlag, checkIsOptions } from "../core/options.ts";
import { CompletedProcess } from "./completed-process.ts";
import type { Captured, Command, NoOptions, RunOptions, ShapeOf } from "./options.ts";
import { Popen } from "./popen.ts";

/**
 * Runs a program to its end. Without `captureOutput` it shares our terminal.
 *
 * When `timeoutMs` has passed or `signal` aborts, the program is stopped: SIGTERM, and SIGKILL if
 * it is still there after `graceMs`; the call fails once it is gone. The same happens when the task
 * around it is cancelled. A program's own children go
 * with it only under `killGroup`.
 *
 * Differs from Python: a timeout is told to the program by SIGTERM first (`graceMs: 0` for Python's
 * rule); a string given as `input` is written as UTF-8 also when the output is wanted in bytes.
 *
 * @throws NotFoundError, CalledProcessError (with `check`), TimeoutExpired with the bytes so far
 */
export async function run<const O extends RunOptions = NoOptions>(
  command: Command,
  options: O = {} as O,
): Promise<CompletedProcess<Captured<O, "stdout">, Captured<O, "stderr">>> {
  checkIsOptions(options);
  const { check, ...rest } = options;
  checkFlag(check, "check");
  // Inside a task its cancellation stops the program, as an abort does.
  const settings = { ...rest, signal: signalOf(options) } as unknown as O;
  const program: Popen<ShapeOf<O>> = new Popen(command, settings);
  // Not a wait of that task's, which its cancellation would end before the program is gone.
  const [stdout, stderr] = await inBackground(() => program.communicate());
  const completed = new CompletedProcess(command, program.returnCode!, stdout, stderr);
  if (check === true) completed.checkReturnCode();
  return completed;
}

/** External programs, started from tasks: `Popen` behind asyncio's words. */
import { checkIsOptions } from "../core/options.ts";
import { takeCancellation } from "./scope.ts";
import type { NoOptions, PopenOptions, ShapeOf } from "../subprocess/options.ts";
import { Popen } from "../subprocess/popen.ts";

/**
 * Starts a program with its arguments; options may follow them. Waiting for the program ends when
 * the task is cancelled; the program itself goes on until it is told.
 *
 * Differs from Python: text mode works.
 * @throws NotFoundError for a missing program or working directory
 */
export function createSubprocessExec(
  program: string,
  ...args: string[]
): Promise<Popen<ShapeOf<NoOptions>>>;
export function createSubprocessExec<const O extends PopenOptions>(
  program: string,
  ...argsAndOptions: [...args: string[], options: O]
): Promise<Popen<ShapeOf<O>>>;
export async function createSubprocessExec(
  program: string,
  ...rest: (string | PopenOptions)[]
): Promise<Popen> {
  const refused = takeCancellation();
  if (refused !== undefined) throw refused;
  const options = typeof rest.at(-1) === "object" ? (rest.pop() as PopenOptions) : {};
  return new Popen([program, ...(rest as string[])], options);
}

/** Starts a line of the shell. */
export async function createSubprocessShell<const O extends PopenOptions = NoOptions>(
  command: string,
  options: O = {} as O,
): Promise<Popen<ShapeOf<O>>> {
  const refused = takeCancellation();
  if (refused !== undefined) throw refused;
  if (typeof command !== "string")
    throw new TypeError(`createSubprocessShell takes a line for the shell, not ${typeof command}`);
  checkIsOptions(options);
  return new Popen(command, { ...options, shell: true }) as Popen as Popen<ShapeOf<O>>;
}

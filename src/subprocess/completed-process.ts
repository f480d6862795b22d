import { showByToString } from "../core/shown.ts";
import { calledProcessError } from "./failures.ts";
import type { Command } from "./options.ts";

/** A program that has ended. */
export class CompletedProcess<
  Out extends string | Buffer | null = string | Buffer | null,
  Err extends string | Buffer | null = Out,
> {
  /** What was run, as it was given. */
  readonly args: Command;
  /** Negative for a signal; 0 for a real-time signal, of which Node does not tell. */
  readonly returnCode: number;
  /** Null where it was not captured. */
  readonly stdout: Out;
  /** Null where it was not captured, also where it went along with stdout. */
  readonly stderr: Err;

  constructor(args: Command, returnCode: number, stdout: Out, stderr: Err) {
    this.args = args;
    this.returnCode = returnCode;
    this.stdout = stdout;
    this.stderr = stderr;
  }

  /** @throws CalledProcessError when the return code is not zero */
  checkReturnCode(): void {
    if (this.returnCode !== 0) throw calledProcessError(this);
  }

  toString(): string {
    const parts = [`args: ${JSON.stringify(this.args)}`, `returnCode: ${this.returnCode}`];
    for (const name of ["stdout", "stderr"] as const) {
      const output = this[name];
      if (output !== null) parts.push(`${name}: ${show(output)}`);
    }
    return `CompletedProcess(${parts.join(", ")})`;
  }

  static {
    showByToString(this);
  }
}

const LONGEST_SHOWN = 200;

function show(output: string | Buffer): string {
  if (typeof output !== "string") return `${output.length} bytes`;
  const more = output.length - LONGEST_SHOWN;
  if (more <= 0) return JSON.stringify(output);
  return `${JSON.stringify(output.slice(0, LONGEST_SHOWN))} and ${more} more`;
}

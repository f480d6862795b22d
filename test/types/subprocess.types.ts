// Compiled only, never run: what the compiler knows of a program's streams and output.
import type { Readable, Writable } from "node:stream";
import { expectTypeOf } from "expect-type";
import {
  checkOutput,
  checkOutputSync,
  PIPE,
  Popen,
  run,
  type RunOptions,
  runSync,
  STDOUT,
} from "manyhands/subprocess";

export async function results(options: RunOptions): Promise<void> {
  const text = await run(["ls"], { captureOutput: true, text: true });
  expectTypeOf(text.stdout).toEqualTypeOf<string>();
  expectTypeOf(text.stderr).toEqualTypeOf<string>();
  const bytes = await run("ls", { stdout: PIPE, stderr: STDOUT, check: true });
  expectTypeOf(bytes.stdout).toEqualTypeOf<Buffer>();
  expectTypeOf(bytes.stderr).toEqualTypeOf<null>();
  expectTypeOf((await run(["ls"])).stdout).toEqualTypeOf<null>();
  expectTypeOf((await run(["ls"], options)).stdout).toEqualTypeOf<string | Buffer | null>();
  expectTypeOf(runSync(["ls"], { captureOutput: true, encoding: "gbk" }).stdout).toBeString();
  expectTypeOf(await checkOutput(["ls"])).toEqualTypeOf<Buffer>();
  expectTypeOf(await checkOutput(["ls"], { text: true })).toBeString();
  expectTypeOf(await checkOutput(["ls"], { encoding: "gbk" })).toBeString();
  expectTypeOf(await checkOutput(["ls"], { text: false })).toEqualTypeOf<Buffer>();
  const asked = { text: options.text === true };
  expectTypeOf(await checkOutput(["ls"], asked)).toEqualTypeOf<string | Buffer>();
  expectTypeOf(checkOutputSync(["ls"], asked)).toEqualTypeOf<string | Buffer>();
}

export async function streams(options: RunOptions): Promise<void> {
  const piped = new Popen(["cat"], { stdin: PIPE, stdout: PIPE, text: true });
  expectTypeOf(piped.stdin).toEqualTypeOf<Writable>();
  expectTypeOf(piped.stdout).toEqualTypeOf<Readable>();
  expectTypeOf(piped.stderr).toEqualTypeOf<Readable | null>();
  expectTypeOf(await piped.communicate()).toEqualTypeOf<[string, null]>();
  const wide = new Popen(["cat"], options);
  expectTypeOf(wide.stdin).toEqualTypeOf<Writable | null>();
  const asAny: Popen[] = [piped, wide];
  expectTypeOf(asAny).toEqualTypeOf<Popen[]>();
}

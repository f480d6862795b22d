/**
 * The first file of threads and spawned processes: loads the program, with the code that V8
 * compiled in earlier ones. The build puts all that this needs into the one file.
 */
import { closeSync, readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { unpackCompiled } from "../platform/compiled-bytes.ts";
import { useCompiled } from "../platform/compiled-code.ts";
import { ownModule } from "../platform/own-module.ts";
import { COMPILED_FD, CompiledChoice, type CompiledOrder } from "./bootstrap.ts";

export function begin(program: string, { given, wanted }: CompiledOrder): void {
  useCompiled(given === null ? new Map() : unpackCompiled(given), wanted);
  ownModule(pathToFileURL(program));
}

/** `node begin.cjs PROGRAM CHOICE`. */
export function beginProcess(): void {
  const [, , program, choice] = process.argv;
  const wanted = choice === CompiledChoice.WANTED;
  let given: Uint8Array | null = null;
  if (choice === CompiledChoice.GIVEN) {
    given = readFileSync(COMPILED_FD);
    closeSync(COMPILED_FD);
  }
  begin(program!, { given, wanted });
}

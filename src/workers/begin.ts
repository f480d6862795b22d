/**
 * The first file of threads and spawned processes: loads the program, with the code that V8
 * compiled in earlier ones. The build puts all that this needs into the one file.
 */
import { closeSync, readFileSync, readSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { unpackCompiled } from "../platform/compiled-bytes.ts";
import { useCompiled } from "../platform/compiled-code.ts";
import { ownModule } from "../platform/own-module.ts";
import {
  CODE_IS_THERE,
  COMPILED_FD,
  CompiledChoice,
  type CompiledOrder,
  REQUESTS_FD,
  SERVER_COMPILED_FD,
} from "./bootstrap.ts";

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
  if (choice === CompiledChoice.COMING) given = comingCode();
  begin(program!, { given, wanted });
}

/** In a fork server: what V8 compiled in its parent, which gathers that while the server starts. */
function comingCode(): Uint8Array | null {
  const message = Buffer.alloc(1);
  // Nothing comes if the parent is dead.
  readSync(REQUESTS_FD, message);
  const code = message[0] === CODE_IS_THERE ? readFileSync(SERVER_COMPILED_FD) : null;
  closeSync(SERVER_COMPILED_FD);
  return code;
}

/** The function carrier that the codec uses: this folder, behind its seam. */
import type {
  FunctionCarrier,
  FunctionHeader,
  FunctionShell,
  ModuleHeader,
  ReferenceHeader,
  ShellParts,
} from "../function-carrier.ts";
import { findBuiltin } from "./builtin-names.ts";
import { constantParts } from "./constancy.ts";
import { describe, describeObject } from "./describe.ts";
import { SourceShell } from "./function-shell.ts";
import { findModule, findReference, isLoaded, loadModule } from "./module-access.ts";
import { ModuleScope } from "./module-scope.ts";

/** A shell that is complete: there is nothing to fill in. */
class FoundShell implements FunctionShell {
  readonly value: object;

  constructor(value: object) {
    this.value = value;
  }

  fill(): void {}

  inherit(): void {}
}

function shell(header: FunctionHeader, parts: ShellParts): FunctionShell {
  if (header.kind === "source") return new SourceShell(header, parts);
  if (header.kind === "builtin") return new FoundShell(findBuiltin(header.path));
  return new FoundShell(header.kind === "module" ? findModule(header) : findReference(header));
}

async function prepare(headers: readonly (ReferenceHeader | ModuleHeader)[]): Promise<void> {
  for (const header of headers) if (!isLoaded(header)) await loadModule(header);
}

/** Describes and rebuilds functions by what V8's inspector and the module system tell. */
export const functionCarrier: FunctionCarrier = {
  constantParts,
  describe,
  describeObject,
  prepare,
  scope: (header) => new ModuleScope(header),
  shell,
};

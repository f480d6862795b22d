/** The function carrier that the codec uses: this folder, behind its seam. */
import type {
  FunctionCarrier,
  FunctionHeader,
  FunctionShell,
  ModuleHeader,
  ReferenceHeader,
  ShellParts,
  SourceHeader,
} from "../function-carrier.ts";
import { later } from "../../platform/later.ts";
import type { SourceExtra } from "./rebuild/source-extra.ts";
import { SourceShell } from "./rebuild/source-shell.ts";
import { isOfThisRun } from "./modules/main-run.ts";
import { ModuleScope } from "./rebuild/module-scope.ts";

/** Describing takes a parser and an inspector; most receivers only rebuild. */
const describing = later(
  new URL("./describing.js", import.meta.url),
) as () => typeof import("./describing.ts");
/** What is found by its name, here or in a module. */
const finding = later(
  new URL("./finding.js", import.meta.url),
) as () => typeof import("./finding.ts");

/** Loads now what finds functions by name: forked copies then have it. */
export function prepareToFind(): void {
  finding();
}

/** A shell that is complete: there is nothing to fill in. */
class FoundShell implements FunctionShell {
  readonly value: object;

  /** @param value an export of Node's may be of any type; nothing is filled into it */
  constructor(value: unknown) {
    this.value = value as object;
  }

  fill(): void {}

  inherit(): void {}
}

function shell(header: FunctionHeader, parts: ShellParts): FunctionShell {
  if (header.kind === "source") return new SourceShell(header, parts);
  if (header.kind === "builtin") return new FoundShell(finding().findBuiltin(header.path));
  const { findModule, findReference } = finding();
  return new FoundShell(header.kind === "module" ? findModule(header) : findReference(header));
}

type Named = ReferenceHeader | ModuleHeader;

function prepare(headers: readonly Named[]): Promise<void> | undefined {
  if (headers.length === 0) return undefined;
  const { isLoaded } = finding();
  return headers.every(isLoaded) ? undefined : load(headers);
}

async function load(headers: readonly Named[]): Promise<void> {
  const { isLoaded, loadModule } = finding();
  for (const header of headers) if (!isLoaded(header)) await loadModule(header);
}

function own({ url, extra }: SourceHeader): Function | undefined {
  const main = (extra as SourceExtra | undefined)?.main;
  if (main === undefined || !isOfThisRun(main.run)) return undefined;
  return describing().ownOfMain(url, main);
}

/** Describes and rebuilds functions by what V8's inspector and the module system tell. */
export const functionCarrier: FunctionCarrier = {
  constantParts: (...args) => describing().constantParts(...args),
  describe: (...args) => describing().describe(...args),
  describeObject: (object) => describing().describeObject(object),
  own,
  prepare,
  scope: (header) => new ModuleScope(header),
  shell,
};

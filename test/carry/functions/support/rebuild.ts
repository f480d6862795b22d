/** Takes functions apart and puts them together without a codec in between. */
import assert from "node:assert/strict";
import { functionCarrier as carrier } from "#internal/carry/functions/carrier.js";
import type { FunctionShell, SourceDescription } from "#internal/carry/function-carrier.js";

export function sourceOf(fn: Function): SourceDescription {
  const description = carrier.describe(fn);
  assert.equal(description.kind, "source");
  return description as SourceDescription;
}

export function rebuild(description: SourceDescription): FunctionShell {
  const { captures, environment } = description;
  const scope = environment && carrier.scope(environment.header);
  const shell = carrier.shell(description, { scope });
  for (const [name, value] of captures) shell.fill(name, value);
  for (const [name, value] of environment?.captures ?? []) scope!.fill(name, value);
  return shell;
}

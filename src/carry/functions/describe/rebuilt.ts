/** Sends a function on that came by value and was rebuilt here: without the inspector. */
import type { SourceDescription } from "../../function-carrier.ts";
import type { SourceExtra } from "../rebuild/source-extra.ts";
import { importedOrValue } from "./captured-variable.ts";
import { originOfRebuilt } from "../rebuild/source-shell.ts";
import { functionSource } from "../source/function-source.ts";
import { ownProperties, prototypeProperties } from "../source/own-properties.ts";

/** Describes a function that was rebuilt here; undefined for any other. */
export function describeRebuilt(fn: Function): SourceDescription | undefined {
  const origin = originOfRebuilt(fn);
  if (origin === undefined) return undefined;
  const { header, scope, shell } = origin;
  const { moduleNames, derived } = header.extra as SourceExtra;
  const source = functionSource(fn)!;
  const captures = shell.captures();
  return {
    ...header,
    names: captures.map(([name]) => name),
    captures,
    ...(moduleNames.length === 0
      ? {}
      : {
          environment: {
            key: scope,
            header: scope.header,
            captures: moduleNames.map((name) => {
              return [name, importedOrValue(scope.read(name), name, scope.header.url)] as const;
            }),
          },
        }),
    ...(derived ? { heritage: baseOf(fn) } : {}),
    own: ownProperties(fn, source),
    prototypeProperties: prototypeProperties(fn, source),
  };
}

function baseOf(fn: Function): unknown {
  const base = Object.getPrototypeOf(fn) as unknown;
  return base === Function.prototype ? null : base;
}

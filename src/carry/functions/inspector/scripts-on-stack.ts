/**
 * The scripts of the functions that are running, by V8's numbers.
 *
 * Call sites have numbers since Node 22.12. Before that, the inspector tells them with whatever is
 * thrown while its Runtime domain is enabled, which it is here for that one moment. Enabling makes
 * V8 repeat what the console showed; it has that only where somebody debugs the program, and then
 * this way is not taken.
 */
import { callOn, connect, isDebugged, post } from "./session.ts";

export type NumberedScript = readonly [scriptId: string, name: string];

interface NumberedSite {
  readonly scriptId?: string;
  readonly scriptName: string;
}

type GetCallSites = (count: number, options: { sourceMap: boolean }) => NumberedSite[];

interface Thrown {
  readonly exceptionDetails?: {
    readonly stackTrace?: {
      readonly callFrames: readonly { readonly scriptId: string; readonly url: string }[];
    };
  };
}

/** The scripts on the stack, as far as this Node tells. */
export function scriptsOnStack(): NumberedScript[] {
  const { getCallSites } = process.getBuiltinModule("node:util") as {
    getCallSites?: GetCallSites;
  };
  const sites = getCallSites?.(100, { sourceMap: false }) ?? [];
  const numbered = sites.flatMap(({ scriptId, scriptName }): NumberedScript[] =>
    scriptId === undefined ? [] : [[scriptId, scriptName]],
  );
  return numbered.length > 0 || isDebugged() ? numbered : toldByThrowing();
}

function toldByThrowing(): NumberedScript[] {
  post("Runtime.enable");
  try {
    // Not an Error: that would call the hook by which a program may prepare the stacks of errors.
    const thrown = callOn(connect().holderId, "function () { throw 0 }") as Thrown;
    const frames = thrown.exceptionDetails?.stackTrace?.callFrames ?? [];
    return frames.map(({ scriptId, url }) => [scriptId, url]);
  } finally {
    post("Runtime.disable");
  }
}

/**
 * From a script's number in V8 to the file it came from.
 *
 * Most functions are from a file that is running right now: newer Nodes tell the numbers of those
 * on the stack. The Profiler's best-effort coverage lists nearly every live script with its URL and
 * leaves generated code alone; what it leaves out is searched for by text. The Profiler is never
 * disabled: that would switch off precise coverage for everybody else in the thread.
 */
import { isAbsolute } from "node:path";
import { pathToFileURL } from "node:url";
import { post, type CodeAnatomy } from "./inspector.ts";
import { mainScripts } from "./main-script.ts";
import { filesOnStack, searchScript } from "./script-search.ts";

/** How the source of `new Function(…)` begins. */
const MADE_FROM_TEXT = "function anonymous(";
const urls = new Map<string, string>();

interface Coverage {
  readonly result: readonly { readonly scriptId: string; readonly url: string }[];
}

/** The URL of the script that `fn` is from; empty for code without a name, such as of `eval`. */
export function scriptUrl(fn: Function, anatomy: CodeAnatomy): string {
  const { scriptId, line, column } = anatomy;
  const known = urls.get(scriptId);
  if (known !== undefined) return known;
  const text = Function.prototype.toString.call(fn);
  if (text.startsWith(MADE_FROM_TEXT)) return "";
  const sought = { text, line, column };
  const url =
    onStack(scriptId) ??
    listed(scriptId) ??
    searchScript(sought, [...filesOnStack(), ...mainScripts()]) ??
    "";
  urls.set(scriptId, url);
  return url;
}

interface NumberedSite {
  readonly scriptId?: string;
  readonly scriptName: string;
}

type GetCallSites = (count: number, options: { sourceMap: boolean }) => NumberedSite[];

/** Since Node 22.12 call sites have numbers. */
function onStack(scriptId: string): string | undefined {
  const { getCallSites } = process.getBuiltinModule("node:util") as {
    getCallSites?: GetCallSites;
  };
  for (const site of getCallSites?.(100, { sourceMap: false }) ?? []) {
    if (site.scriptId !== undefined) urls.set(site.scriptId, asUrl(site.scriptName));
  }
  return urls.get(scriptId);
}

function listed(scriptId: string): string | undefined {
  post("Profiler.enable");
  for (const script of (post("Profiler.getBestEffortCoverage") as Coverage).result) {
    urls.set(script.scriptId, asUrl(script.url));
  }
  return urls.get(scriptId);
}

function asUrl(name: string): string {
  return isAbsolute(name) ? pathToFileURL(name).href : name;
}

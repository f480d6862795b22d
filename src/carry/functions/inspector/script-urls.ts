/**
 * From a script's number in V8 to the file it came from.
 *
 * Most functions are from a file that is running right now, which the stack tells. The Profiler's
 * best-effort coverage lists nearly every live script with its URL and leaves generated code alone,
 * but V8 walks through its whole heap for it; what it leaves out is searched for by text. The
 * Profiler need not be enabled for that, and is not.
 */
import { isAbsolute } from "node:path";
import { pathToFileURL } from "node:url";
import type { CodeAnatomy } from "./inspect.ts";
import { post } from "./session.ts";
import { mainScripts } from "../modules/main-script.ts";
import { filesOnStack, searchScript } from "./script-search.ts";
import { scriptsOnStack } from "./scripts-on-stack.ts";

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

function onStack(scriptId: string): string | undefined {
  for (const [id, name] of scriptsOnStack()) urls.set(id, asUrl(name));
  return urls.get(scriptId);
}

function listed(scriptId: string): string | undefined {
  for (const script of (post("Profiler.getBestEffortCoverage") as Coverage).result) {
    urls.set(script.scriptId, asUrl(script.url));
  }
  return urls.get(scriptId);
}

function asUrl(name: string): string {
  return isAbsolute(name) ? pathToFileURL(name).href : name;
}

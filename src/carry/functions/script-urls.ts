/**
 * From a script's number in V8 to the file it came from.
 *
 * The Profiler's best-effort coverage lists every live script with its URL and leaves generated
 * code alone. It is asked again only when an unknown number appears, and what it leaves out is
 * searched for by text. The Profiler is never disabled: that would switch off precise coverage for
 * everybody else in the thread.
 */
import { isAbsolute } from "node:path";
import { pathToFileURL } from "node:url";
import { post, type CodeAnatomy } from "./inspector.ts";
import { mainScripts } from "./main-script.ts";
import { filesOnStack, searchScript } from "./script-search.ts";

const urls = new Map<string, string>();

interface Coverage {
  readonly result: readonly { readonly scriptId: string; readonly url: string }[];
}

/** The URL of the script that `fn` is from; empty for code without a name, such as of `eval`. */
export function scriptUrl(fn: Function, anatomy: CodeAnatomy): string {
  const { scriptId } = anatomy;
  let url = urls.get(scriptId) ?? listed(scriptId);
  if (url === undefined) {
    const sought = {
      text: Function.prototype.toString.call(fn),
      line: anatomy.line,
      column: anatomy.column,
    };
    url = searchScript(sought, [...filesOnStack(), ...mainScripts()]) ?? "";
  }
  urls.set(scriptId, url);
  return url;
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

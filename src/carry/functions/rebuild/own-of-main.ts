/** Finds what a function of the main script that came by value is in the script here. */
import { inspect, inspectorStatus, type CodeAnatomy } from "../inspector/inspect.ts";
import { type NameInMain, noteWayIn, waysInto } from "../modules/main-run.ts";
import { scriptUrl } from "../inspector/script-urls.ts";
import { sourceHash } from "../source/hash.ts";
import { holderOf, peek, surroundings } from "../inspector/surroundings.ts";

const found = new Map<string, Function>();

/** The function or class of the main script `url` that is called so here, and has this source. */
export function ownOfMain(url: string, { name, hash }: NameInMain): Function | undefined {
  const key = `${hash} ${name} ${url}`;
  const known = found.get(key);
  if (known !== undefined || !inspectorStatus().available) return known;
  for (const start of waysInto(url)) {
    const anatomy = codeOf(start);
    if (anatomy === undefined || scriptUrl(start, anatomy) !== url) continue;
    noteWayIn(url, start);
    const own = peek(holderOf(surroundings(anatomy, url).top.layers, name), name);
    if (typeof own !== "function" || sourceHash(own) !== hash) continue;
    found.set(key, own);
    return own;
  }
  return undefined;
}

function codeOf(fn: Function): CodeAnatomy | undefined {
  const anatomy = inspect(fn);
  if (anatomy.kind === "bound") return codeOf(anatomy.target);
  return anatomy.kind === "code" ? anatomy : undefined;
}

/**
 * The modules that know how to rebuild shareable objects.
 *
 * A lock crosses as a number and the name of its type; whoever receives it needs the module that
 * registered the type. A child is told which modules its starter had, and loads them when a type
 * turns up that it does not know: most children never need any.
 */
import { whenHandleUnknown } from "../../carry/index.ts";
import { loadingSync } from "../../platform/loading.ts";
import { ownModule } from "../../platform/own-module.ts";

const modules = new Set<string>();

/** To be called by a module that registers types of handles, with its `import.meta.url`. */
export function providesHandles(url: string): void {
  modules.add(url);
}

/** What to tell a child. */
export function handleModules(): string[] {
  return [...modules];
}

/** Modules that the starter has, and that were not loaded here yet. */
const waiting: string[] = [];

/** In a child: what its starter had. */
export function expectHandleModules(urls: readonly string[]): void {
  for (const url of urls) {
    if (modules.has(url)) continue;
    modules.add(url);
    waiting.push(url);
  }
  whenHandleUnknown(() => {
    for (const url of waiting.splice(0)) loadingSync(() => ownModule(new URL(url)));
  });
}

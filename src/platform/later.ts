/**
 * Parts of this library that are loaded when they are first used.
 *
 * What a thread or a child loads before its first line of user code counts in its start, and most
 * need little: data, one function by value, a result. The build puts a part that is named here, and
 * what only it needs, into a file of its own.
 */
import { loadingSync } from "./loading.ts";
import { ownModule } from "./own-module.ts";

const parts: (() => unknown)[] = [];

/** Answers the part itself, which is loaded when this is first asked. */
export function later(url: URL): () => unknown {
  let loaded: unknown;
  const part = (): unknown => (loaded ??= loadingSync(() => ownModule(url)));
  parts.push(part);
  return part;
}

/** Loads every part now: a fork server's copies then find them. */
export function loadAllParts(): void {
  // A part may name further ones.
  for (let index = 0; index < parts.length; index++) parts[index]!();
}

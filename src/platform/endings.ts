/**
 * What the library does when this thread ends, in the order in which it was asked for. All of it
 * hangs on one listener: Node warns a program of its own when there are more than ten.
 */
import { onCopy } from "./copies.ts";

type Ending = (code: number) => void;

const endings = new Set<Ending>();

const endAll = (code: number): void => {
  for (const ending of endings) ending(code);
};

/** Has `ending` run at the end, once; after all others that are known by now. */
export function atEnd(ending: Ending): void {
  if (endings.size === 0) process.on("exit", endAll);
  endings.delete(ending);
  endings.add(ending);
}

export function notAtEnd(ending: Ending): void {
  if (endings.delete(ending) && endings.size === 0) process.off("exit", endAll);
}

/** Answers what takes away everything that is asked for from here on. */
export function noteEndings(): () => void {
  const before = new Set(endings);
  return () => {
    for (const ending of endings) if (!before.has(ending)) notAtEnd(ending);
  };
}

onCopy(() => {
  // Who took away what the original did at its end meant ours, too: what holds here enters anew.
  if (!process.listeners("exit").includes(endAll)) endings.clear();
});

/** Prints where a carried function throws, as its stack says. */
import { rebuild, sourceOf } from "../support/rebuild.ts";

interface Unused {
  readonly a: number;
}

function failing(unused?: Unused): never {
  throw new Error(`x${unused?.a ?? ""}`);
}

try {
  const copy: () => void = rebuild(sourceOf(failing)).value as typeof failing;
  copy();
} catch (error) {
  console.log(/mapped\.[jt]s:\d+:\d+/.exec(String((error as Error).stack))?.[0]);
}

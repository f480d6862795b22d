/** Counts of calls here must be the same with and without functions that are sent. */
import { rebuild, sourceOf } from "../support/rebuild.ts";
import { sessionEnd } from "../support/session-end.ts";

let total = 0;

function counted(x: number): number {
  total += x;
  return total;
}

counted(1);
counted(2);
const ended = sessionEnd();
const copy = rebuild(sourceOf(counted)).value as typeof counted;
await ended;
console.log(copy(5), counted(0));

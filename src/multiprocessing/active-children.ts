/**
 * The children of this process that have not ended, and what becomes of them when it ends.
 *
 * At exit daemonic children are terminated and the others are joined. Both only where the process
 * comes to its end by itself: one that is killed leaves the rest to the lifeline.
 */
import { constants } from "node:os";
import { onCopy } from "../platform/copies.ts";
import { atEnd, notAtEnd } from "../platform/endings.ts";
import { sleepUntilReady } from "../core/descriptor-io.ts";
import type { ProcessLife } from "./process-life.ts";

/** How long a daemonic child may take to react to SIGTERM; on a busy machine that is long. */
const GRACE_MS = 1_000;

const children = new Set<ProcessLife>();
let watching = false;

export function rememberChild(child: ProcessLife): void {
  children.add(child);
  if (watching) return;
  watching = true;
  atEnd(endChildren);
  // In a copy these are the children of the original.
  onCopy(() => {
    children.clear();
    watching = false;
    notAtEnd(endChildren);
  });
}

export function forgetChild(child: ProcessLife): void {
  children.delete(child);
}

export function aliveChildren(): ProcessLife[] {
  return [...children].filter((child) => child.alive);
}

function endChildren(): void {
  const alive = aliveChildren();
  const daemonic = alive.filter((child) => child.daemon);
  for (const child of daemonic) child.signal("SIGTERM");
  for (const child of alive) if (!child.daemon) child.joinSync();
  const giveUp = performance.now() + GRACE_MS;
  while (daemonic.some((child) => child.alive) && performance.now() < giveUp) {
    sleepUntilReady(
      daemonic.flatMap((child) => child.pollRequests()),
      GRACE_MS,
    );
  }
  for (const child of daemonic) if (child.alive) child.child!.signal(constants.signals.SIGKILL);
}

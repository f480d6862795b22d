/**
 * Ctrl-C belongs to the main program.
 *
 * The terminal sends SIGINT to the whole family. A child without a handler of its own ignores it
 * and looks whether its parent died of it: then it dies of it too, daemonic or not. One with a
 * handler keeps that. The parent is told which of the two a child is, because `interrupt()` must
 * still end a child that ignores the signal.
 */
import { constants } from "node:os";
import { parentAlive } from "./lifeline.ts";

const LOOK_EVERY_MS = 20;
const LOOK_FOR_MS = 2_000;

/** @param report told whenever the child begins or ceases to have a handler of its own */
export function followParentOnInterrupt(report: (hasOwn: boolean) => void): void {
  let hasOwn = false;
  const update = (count: number): void => {
    if (count > 0 === hasOwn) return;
    hasOwn = count > 0;
    report(hasOwn);
  };
  const onInterrupt = (): void => {
    if (hasOwn) return;
    const started = performance.now();
    const lookAgain = (): void => {
      if (!parentAlive()) die(onInterrupt);
      else if (performance.now() - started < LOOK_FOR_MS) {
        setTimeout(lookAgain, LOOK_EVERY_MS).unref();
      }
    };
    lookAgain();
  };
  process.on("SIGINT", onInterrupt);
  process.on("newListener", (event) => {
    // Told before it is added: ours plus the others there are now, less ours, plus the new one.
    if (event === "SIGINT") update(process.listenerCount("SIGINT"));
  });
  process.on("removeListener", (event) => {
    if (event === "SIGINT") update(process.listenerCount("SIGINT") - 1);
  });
}

function die(onInterrupt: () => void): void {
  process.off("SIGINT", onInterrupt);
  process.kill(process.pid, constants.signals.SIGINT);
}

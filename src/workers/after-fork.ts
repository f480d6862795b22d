/**
 * What a forked copy must put right before anything else runs in it.
 *
 * The copy has the memory of the original: its event loop with all that is registered there, its
 * pid as node remembers it, its random numbers, its connections to its own children. Threads are
 * not copied, so the ordinary end of a node process, which joins them, would wait for ever: the
 * copy leaves by `_exit`, after the `exit` handlers.
 */
import { Server, Socket } from "node:net";
import { processPlatform } from "../platform/process-platform.ts";
import { dropInheritedChannels } from "./channel.ts";
import { renewRandomness } from "./fresh-randomness.ts";
import { dropInheritedLifeline } from "./lifeline.ts";

interface Loop {
  _getActiveHandles(): unknown[];
}

const WATCH_EVERY_MS = 5;

let leavesByExit = false;

/** Whether this process ends by `_exit`, before node has printed what ended it. */
export function endsWithoutNode(): boolean {
  return leavesByExit;
}

/** Runs in every copy, whoever asked for the fork. `ppid` is what the copy says of its parent. */
export function repairCopy(ppid?: () => number): void {
  const platform = processPlatform()!;
  platform.afterFork();
  const pid = platform.processId();
  Object.defineProperty(process, "pid", { value: pid, enumerable: true, configurable: true });
  if (ppid !== undefined) {
    Object.defineProperty(process, "ppid", { get: ppid, enumerable: true, configurable: true });
  }
  renewRandomness();
  dropInheritedChannels();
  leaveByExit();
}

/** In a copy that is a process of its own and not the other half of `os.fork()`. */
export function becomeSeparate(): number {
  return dropInheritedLifeline()?.read ?? -1;
}

/**
 * Silences what the original had registered with its loop: nothing of it keeps the copy alive, and
 * the copy takes neither bytes nor connections that the original waits for. Objects in `kept` were
 * handed to the copy.
 */
export function quietInheritedHandles(kept: ReadonlySet<unknown> = new Set()): void {
  for (const handle of (process as unknown as Loop)._getActiveHandles()) {
    if (kept.has(handle)) continue;
    if (handle instanceof Server) handle.close();
    else if (handle instanceof Socket) {
      (handle as unknown as { _handle?: { readStop?(): void } })._handle?.readStop?.();
    }
    (handle as { unref?(): void }).unref?.();
  }
}

/**
 * Ends the copy when nothing is left to do but what the original had begun and the copy can never
 * finish (its requests to the thread pool, for one, whose threads were not copied).
 */
export function leaveWhenIdle(inherited: readonly string[]): void {
  if (inherited.length === 0) return;
  const watch = setInterval(() => {
    const left = [...process.getActiveResourcesInfo()];
    for (const resource of [...inherited, "Timeout"]) {
      const at = left.indexOf(resource);
      if (at >= 0) left.splice(at, 1);
    }
    if (left.length === 0) process.exit();
  }, WATCH_EVERY_MS);
  watch.unref();
}

/** From now on this process ends by `_exit`. */
export function leaveByExit(): void {
  if (leavesByExit) return;
  leavesByExit = true;
  const leave = (code: number): never => processPlatform()!.exitNow(code & 0xff);
  const emit = process.emit.bind(process) as (event: string, ...args: unknown[]) => boolean;
  process.emit = ((event: string, ...args: unknown[]) => {
    const heard = emit(event, ...args);
    if (event === "exit") leave(Number(process.exitCode ?? args[0] ?? 0));
    return heard;
  }) as typeof process.emit;
  (process as unknown as { reallyExit(code?: number): never }).reallyExit = (code) =>
    leave(code ?? 0);
}

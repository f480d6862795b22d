/**
 * What a forked copy must put right before anything else runs in it.
 *
 * The copy has the memory of the original: its event loop with all that is registered there, its
 * pid as node remembers it, its random numbers, its connections to its own children. Threads are
 * not copied, so the ordinary end of a node process, which joins them, would wait for ever: the
 * copy leaves by `_exit`, after the `exit` handlers.
 */
import { Server, Socket } from "node:net";
import { hearNotices } from "../../core/atomics.ts";
import { repairAll } from "../../platform/copies.ts";
import { processPlatform } from "../../platform/process-platform.ts";
import { renewRandomness } from "./fresh-randomness.ts";
import { dropInheritedLifeline } from "../lifeline.ts";
import { stopReading } from "../crossing/moving-socket.ts";

interface Loop {
  _getActiveHandles(): unknown[];
}

/** What passes from look to look: a part of the time that the copy has lived, up to a bound. */
interface Pace {
  readonly part: number;
  readonly longestMs: number;
}
const TURNING: Pace = { part: 1 / 40, longestMs: 25 };
/** What ends after the look, in the last phase of the same turn, is seen so much later. */
const ASLEEP: Pace = { part: 1 / 8, longestMs: 100 };

/** Here every copy of the package sees how this process ends. */
const ENDING = Symbol.for("manyhands.leaves-by-exit");
const place = globalThis as { [ENDING]?: true };

let stays = false;
/** Ends the watch that the original has on its own loop: two would each keep the other busy. */
let endWatch: (() => void) | undefined;

/** Whether this process ends by `_exit`, before node has printed what ended it. */
export function endsWithoutNode(): boolean {
  return place[ENDING] === true;
}

/**
 * Runs in every copy, whoever asked for the fork.
 * @param kept what was handed to the copy
 * @param ppid what the copy says of its parent
 */
export function repairCopy(kept: ReadonlySet<unknown> = new Set(), ppid?: () => number): void {
  const platform = processPlatform()!;
  // A worker's copy is told by nobody, unless it becomes a worker itself.
  stays = false;
  platform.afterFork();
  hearNotices();
  const pid = platform.processId();
  Object.defineProperty(process, "pid", { value: pid, enumerable: true, configurable: true });
  if (ppid !== undefined) {
    Object.defineProperty(process, "ppid", { get: ppid, enumerable: true, configurable: true });
  }
  renewRandomness();
  repairAll(kept);
  leaveByExit();
}

/** In a copy that is a process of its own and not the other half of `os.fork()`. */
export function becomeSeparate(): number {
  return dropInheritedLifeline()?.read ?? -1;
}

/**
 * Silences what a fork server had registered with its loop: nothing of it keeps the copy alive, and
 * the copy takes neither bytes nor connections that come for it.
 */
export function quietInheritedHandles(): void {
  for (const handle of (process as unknown as Loop)._getActiveHandles()) {
    if (handle instanceof Server) handle.close();
    else if (handle instanceof Socket) stopReading(handle);
    (handle as { unref?(): void }).unref?.();
  }
}

/**
 * Ends the copy when its event loop has nothing left to do.
 *
 * An ordinary node process lets its loop run dry and then waits for its platform's threads to
 * finish their tasks; a copy has no such threads, so its loop must not run dry: a timer looks
 * instead, at first at once, then less often the longer the copy lives. While the loop sleeps, a
 * look now and then does: what it waits for ends in a turn of it, as a rule, and an immediate that
 * keeps nothing awake tells of each. Requests that the original had begun never finish here and do
 * not count.
 * @param rehearsed is called at the first look instead of all else
 * @returns what has it look at once
 */
export function leaveWhenIdle(inheritedRequests: number, rehearsed?: () => void): () => void {
  endWatch?.();
  const since = performance.now();
  let ended = false;
  let announced = false;
  let looked = since;
  let timer: NodeJS.Timeout | undefined;
  let turn: NodeJS.Immediate | undefined;
  let next: NodeJS.Immediate | undefined;
  const waitNoMore = (): void => {
    clearTimeout(timer);
    clearImmediate(turn);
  };
  const lookSoon = (): void => {
    waitNoMore();
    if (!ended) next ??= setImmediate(look);
  };
  const lookIn = ({ part, longestMs }: Pace): void => {
    const pause = Math.min(1 + (looked - since) * part, longestMs);
    const delay = pause - (performance.now() - looked);
    clearTimeout(timer);
    if (delay <= 0) lookSoon();
    else timer = setTimeout(lookSoon, delay);
  };
  endWatch = () => {
    ended = true;
    waitNoMore();
    clearImmediate(next);
  };
  const look = (): void => {
    next = undefined;
    if (stays) return;
    const busy = loopIsBusy(inheritedRequests);
    if (rehearsed !== undefined) return rehearsed();
    if (busy) {
      announced = false;
      looked = performance.now();
      lookIn(ASLEEP);
      turn = setImmediate(lookIn, TURNING).unref();
    } else if (announced) process.exit();
    else {
      announced = true;
      process.emit("beforeExit", Number(process.exitCode ?? 0));
      // Who has heard it may have begun something; and V8 has tasks that the loop does not count.
      lookSoon();
    }
  };
  lookSoon();
  return lookSoon;
}

/** For a copy that ends when it is told to, and not when its loop has nothing left to do. */
export function stayUntilTold(): void {
  stays = true;
}

/** To be asked in an immediate. */
function loopIsBusy(inheritedRequests: number): boolean {
  const { handles, requests } = processPlatform()!.loopActivity();
  // One handle is that of the immediates, which brought us here; others may be queued behind it.
  if (handles > 1 || requests > inheritedRequests) return true;
  return process.getActiveResourcesInfo().includes("Immediate");
}

const leave = (code: number): never => processPlatform()!.exitNow(code & 0xff);

/** From now on this process ends by `_exit`. */
export function leaveByExit(): void {
  if (endsWithoutNode()) return;
  place[ENDING] = true;
  const emit = process.emit.bind(process) as (event: string, ...args: unknown[]) => boolean;
  process.emit = ((event: string, ...args: unknown[]) => {
    const heard = emit(event, ...args);
    if (event === "exit") leave(Number(process.exitCode ?? args[0] ?? 0));
    return heard;
  }) as typeof process.emit;
  (process as unknown as { reallyExit(code?: number): never }).reallyExit = (code) =>
    leave(code ?? 0);
}

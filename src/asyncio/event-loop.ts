/** Node's event loop with the words of Python's. Each thread has one, and it always runs. */
import { checkTime } from "../core/deadline.ts";
import { showByToString } from "../core/shown.ts";
import type { Fn, Returned } from "../pool/returned.ts";
import { createTask, type Awaitable } from "./awaitable.ts";
import {
  callExceptionHandler,
  getExceptionHandler,
  setExceptionHandler,
  type ExceptionContext,
  type ExceptionHandler,
} from "./exception-handler.ts";
import { runInExecutor, setDefaultExecutor, type Submits } from "./executor.ts";
import { Future } from "./future.ts";
import { Handle } from "./handle.ts";
import { currentOwner } from "./owner.ts";
import { whenReady } from "./ready.ts";
import type { Task, TaskOptions } from "./task.ts";
import { TimerHandle } from "./timer-handle.ts";

/** Node's event loop with the words of Python's. It cannot be stopped or closed. */
export class EventLoop {
  /** Milliseconds on the loop's own clock, which never goes back. */
  time(): number {
    return performance.now();
  }

  /** True inside a `run` in debug mode. */
  get debug(): boolean {
    return currentOwner().debug !== undefined;
  }

  /** Calls `callback` soon, after everything that is ready already. */
  callSoon<A extends unknown[]>(callback: (...args: A) => void, ...args: A): Handle {
    const handle = new Handle(bound(callback, args));
    whenReady(handle);
    return handle;
  }

  /** Calls `callback` after a time. @throws RangeError for a negative or NaN time */
  callLater<A extends unknown[]>(
    delayMs: number,
    callback: (...args: A) => void,
    ...args: A
  ): TimerHandle {
    checkTime(delayMs, "delayMs");
    return new TimerHandle(this.time() + delayMs, bound(callback, args));
  }

  /** Calls `callback` at a moment on the clock of `time()`. @throws RangeError for NaN */
  callAt<A extends unknown[]>(
    when: number,
    callback: (...args: A) => void,
    ...args: A
  ): TimerHandle {
    checkTime(when, "when");
    return new TimerHandle(when, bound(callback, args));
  }

  /** `createTask`. @throws TypeError */
  createTask<T>(coro: Awaitable<T>, options?: TaskOptions): Task<T> {
    return createTask(coro, options);
  }

  /** A future that somebody has to settle. */
  createFuture<T>(): Future<T> {
    return new Future<T>();
  }

  /** Runs a function elsewhere; null for the default executor. */
  runInExecutor<A extends unknown[], R>(
    executor: Submits | null,
    fn: Fn<A, R>,
    ...args: A
  ): Future<Returned<R>> {
    return runInExecutor(executor, fn, ...args);
  }

  /**
   * Chooses the executor for `runInExecutor(null, …)` and `toThread`, of this thread.
   * @throws TypeError for one without `submit`
   */
  setDefaultExecutor(executor: Submits): void {
    setDefaultExecutor(executor);
  }

  /** Takes errors that reach nobody; null brings the default back, which writes a warning. */
  setExceptionHandler(handler: ExceptionHandler | null): void {
    setExceptionHandler(handler);
  }

  /** What takes errors that reach nobody; null for the default one. */
  getExceptionHandler(): ExceptionHandler | null {
    return getExceptionHandler();
  }

  /** Hands an error to the handler as one that reaches nobody. */
  callExceptionHandler(context: ExceptionContext): void {
    callExceptionHandler(context);
  }

  toString(): string {
    return "<EventLoop running>";
  }
}
showByToString(EventLoop);

const loop = new EventLoop();

/** The loop of this thread. Differs from Python: there always is one. */
export function getRunningLoop(): EventLoop {
  return loop;
}

function bound<A extends unknown[]>(callback: (...args: A) => void, args: A): () => void {
  if (typeof callback !== "function")
    throw new TypeError(`a callback must be a function, not ${typeof callback}`);
  return () => callback(...args);
}

/**
 * What a worker does between tasks: it looks for the next one for a moment, then sleeps, and the
 * code of earlier tasks has its turns meanwhile.
 *
 * Asleep on a word of shared memory a thread is woken faster than through its event loop, and costs
 * nothing. But timers, sockets and other things that tasks left behind live in the event loop:
 * while there are any, the worker waits there. What cannot be seen from here (timers that were
 * unref'd) gets a turn at the end of each slice of sleep.
 */
import { subscribe } from "node:diagnostics_channel";
import type { Socket } from "node:net";
import { Patience } from "../core/patience.ts";
import type { Port } from "./port.ts";

/** How long tasks may follow each other before the event loop has a turn. */
const TURN_MS = 1;
/** After how many tasks promises of theirs that nobody awaits may go on. */
const TASKS = 16;
const LOOKS = 16;

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export class Rest {
  readonly #port: Port;
  readonly #patience = new Patience();
  readonly #sockets = new Set<Socket>();
  #tasks = 0;
  #turnAt = 0;

  constructor(port: Port) {
    this.#port = port;
    // Idle connections kept for later are unref'd: Node does not count them among the resources.
    subscribe("net.client.socket", (message) => {
      const { socket } = message as { socket: Socket };
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
    });
  }

  /** After a task; a promise when others are to have their turn. */
  afterTask(now: number): Promise<void> | undefined {
    if (now - this.#turnAt > TURN_MS) {
      this.#turnAt = now;
      return nextTurn();
    }
    return ++this.#tasks % TASKS === 0 ? Promise.resolve() : undefined;
  }

  /** Before a sleep others have their turn. */
  turn(): Promise<void> {
    return this.#port.mustUseLoop ? Promise.resolve() : nextTurn();
  }

  /**
   * Sleeps, unless it is the event loop that has to wait; whether there is news. Without a promise:
   * what comes after one is late by as much as a wake-up takes.
   */
  sleep(): boolean {
    const port = this.#port;
    if (!port.hasNews && !port.mustUseLoop && !this.#loopIsInUse()) port.sleep();
    return port.hasNews;
  }

  /** The wait is over. */
  end(now: number): void {
    this.#turnAt = now;
  }

  /** When it did not sleep, or in vain. */
  wait(): Promise<void> {
    return this.#port.mustUseLoop || this.#loopIsInUse() ? this.#port.wait() : nextTurn();
  }

  /** Looks for a moment, without a promise: that costs as much as a short task. */
  lookForNews(): boolean {
    if (this.#port.mustUseLoop) return false;
    const ms = this.#patience.next();
    if (ms === 0) return this.#port.hasNews;
    const until = performance.now() + ms;
    let came = false;
    do {
      for (let look = 0; look < LOOKS && !came; look++) came = this.#port.hasNews;
    } while (!came && performance.now() < until);
    this.#patience.learn(came);
    return came;
  }

  #loopIsInUse(): boolean {
    return (
      this.#sockets.size > 0 || process.getActiveResourcesInfo().length > 0 || handlesSignals()
    );
  }
}

/** Whether code of the user waits for signals; our own handler of SIGINT does not count. */
function handlesSignals(): boolean {
  return process.eventNames().some((event) => {
    if (typeof event !== "string" || !event.startsWith("SIG")) return false;
    return process.listenerCount(event) > (event === "SIGINT" ? 1 : 0);
  });
}

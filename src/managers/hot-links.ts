/**
 * Serving the links of the family. A client that blocks for an answer asks again some microseconds
 * after it got one, so after a request the server goes on looking at the links for a moment instead
 * of waiting in its event loop each time.
 *
 *   cold   a wait of the event loop is for its next message
 *   hot    it is looked at in turn, and nobody need be woken for its messages
 *
 * Looking goes on as long as that pays off (see `core/patience.ts`), then all hot links go cold. It
 * stops for other work of the process: for microtasks whenever calls are under way that wait for
 * each other, for the event loop every now and then.
 */
import { Patience } from "../core/patience.ts";
import { ENDED, NOTHING_THERE, type ServedLink } from "./served-link.ts";

/** After this the event loop has a turn. */
const TURN_MS = 0.3;
/** Requests of one link before the next link has a turn. */
const IN_A_ROW = 8;
const LOOKS = 16;

export class HotLinks {
  readonly #mustYield: () => boolean;
  readonly #patience = new Patience();
  readonly #hot: ServedLink[] = [];
  #running = false;
  #turnEnds = 0;
  /** When to stop looking; 0 while requests come. */
  #lookUntil = 0;
  #lookMs = 0;

  /** @param mustYield whether calls are under way whose answers depend on microtasks */
  constructor(mustYield: () => boolean) {
    this.#mustYield = mustYield;
  }

  /** Serves a link from now on, until it ends. */
  add(link: ServedLink): void {
    if (link.ended) return;
    this.#hot.push(link);
    if (this.#running) return;
    this.#running = true;
    this.#turn();
  }

  readonly #turn = (): void => {
    this.#turnEnds = performance.now() + TURN_MS;
    this.#look();
  };

  readonly #look = (): void => {
    do {
      if (this.#sweep()) this.#lookUntil = 0;
      else if (!this.#goesOn()) return this.#coolDown();
      if (performance.now() >= this.#turnEnds) {
        setImmediate(this.#turn);
        return;
      }
    } while (!this.#mustYield());
    queueMicrotask(this.#look);
  };

  /** Whether to look on although nothing came. */
  #goesOn(): boolean {
    if (this.#hot.length === 0) return false;
    if (this.#lookUntil === 0) {
      this.#lookMs = this.#patience.next();
      this.#lookUntil = performance.now() + this.#lookMs;
      return true;
    }
    return performance.now() < this.#lookUntil;
  }

  /** Some looks at every link; true when there was something. */
  #sweep(): boolean {
    for (let look = 0; look < LOOKS; look++) {
      if (!this.#hasNews()) continue;
      this.#serve();
      // What came while this process was put aside for others came late.
      if (this.#lookUntil !== 0) {
        this.#patience.learn(this.#lookMs === 0 || performance.now() < this.#lookUntil);
      }
      return true;
    }
    return false;
  }

  #hasNews(): boolean {
    for (const link of this.#hot) if (link.hasNews) return true;
    return false;
  }

  #serve(): void {
    const hot = this.#hot;
    for (let index = hot.length - 1; index >= 0; index--) {
      const link = hot[index]!;
      let outcome = NOTHING_THERE;
      for (let count = 0; count < IN_A_ROW && link.hasNews; count++) outcome = link.serveNext();
      if (outcome === ENDED) hot.splice(index, 1);
    }
  }

  #coolDown(): void {
    if (this.#lookUntil !== 0) this.#patience.learn(false);
    this.#lookUntil = 0;
    this.#running = false;
    for (const link of this.#hot.splice(0)) void this.#wake(link);
  }

  /** Waits for the next message of a cold link. */
  async #wake(link: ServedLink): Promise<void> {
    try {
      await link.whenFree;
      await link.link.whenReady();
      this.add(link);
    } catch {
      link.end();
    }
  }
}

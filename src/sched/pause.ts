/** How a scheduler waits in the event loop. */

export interface Pause {
  readonly done: Promise<void>;
  /** Ends it before its time. */
  end(): void;
}

/** Node fires longer timers at once; the scheduler looks at its clock again and goes on. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** A pause of no milliseconds lets everything that is ready run once. */
export function pause(ms: number): Pause {
  let resolve!: () => void;
  const done = new Promise<void>((settle) => (resolve = settle));
  if (ms === 0) {
    setImmediate(resolve);
    return { done, end: () => undefined };
  }
  const timer = setTimeout(resolve, Math.min(Math.ceil(ms), LONGEST_TIMER_MS));
  return {
    done,
    end() {
      clearTimeout(timer);
      resolve();
    },
  };
}

/** A pause that lasts as long as something else does. */
export function pauseOn(other: unknown): Pause {
  let end!: () => void;
  const done = new Promise<void>((resolve, reject) => {
    end = resolve;
    Promise.resolve(other).then(() => resolve(), reject);
  });
  return { done, end };
}

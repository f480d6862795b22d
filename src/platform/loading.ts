/**
 * Whether this thread is loading modules just now.
 *
 * Node forgets the file that it is reading for an import when it terminates the thread: the
 * descriptor stays open as long as the process lives. So a thread says while it loads, and whoever
 * ends it, itself included, lets that moment pass.
 */
/** How long loading may hold up the end of a thread. */
export const LOADING_PATIENCE_MS = 5_000;

let underway = 0;
let tell: ((loading: boolean) => void) | null = null;
const whenDone: (() => void)[] = [];

/** `told` hears of the first load that begins here, and of the last one that ends. */
export function watchLoading(told: (loading: boolean) => void): void {
  tell = told;
  told(underway > 0);
}

function begin(): void {
  if (underway++ === 0) tell?.(true);
}

function end(): void {
  if (--underway > 0) return;
  tell?.(false);
  for (const done of whenDone.splice(0)) done();
}

/** Settles when nothing is being loaded here, or has been for too long. */
export async function loadingEnded(): Promise<void> {
  if (underway === 0) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, LOADING_PATIENCE_MS);
    whenDone.push(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** Does what `load` does, which imports modules. */
export async function loading<T>(load: () => Promise<T>): Promise<T> {
  begin();
  try {
    return await load();
  } finally {
    end();
  }
}

/** The same for `require`. */
export function loadingSync<T>(load: () => T): T {
  begin();
  try {
    return load();
  } finally {
    end();
  }
}

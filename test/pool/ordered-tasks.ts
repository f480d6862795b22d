/** Tasks that note in their worker when they run. */
const notes: string[] = [];

export function note(name: string): void {
  notes.push(name);
}

/** What was noted since the last time. */
export const takeNotes = (): string[] => notes.splice(0);

export const leave = (): never => process.exit(3);

const burn = (ms: number): void => {
  const end = performance.now() + ms;
  while (performance.now() < end);
};

export function slow(name: string): void {
  note(name);
  burn(100);
}

export function quick(name: string): void {
  note(name);
}

/** Notes each step; a step takes `ms`. */
export function* steps(name: string, count: number, ms: number): Generator<void, string> {
  for (let step = 1; step <= count; step++) {
    note(`${name}${step}`);
    burn(ms);
    yield;
  }
  return `${name} ended`;
}

export async function* stepsLater(
  name: string,
  count: number,
  ms: number,
): AsyncGenerator<void, string> {
  for (let step = 1; step <= count; step++) {
    await new Promise((resolve) => setImmediate(resolve));
    note(`${name}${step}`);
    burn(ms);
    yield;
  }
  return `${name} ended`;
}

/** Blocks its worker. */
export function nap(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

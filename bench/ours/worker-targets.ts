/** What the children of the benchmark run: a module without imports, as that of the rivals is. */
export function nothing(): void {}

export function now(): number {
  return performance.timeOrigin + performance.now();
}

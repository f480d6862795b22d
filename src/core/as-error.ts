/** What `exception` tells of what was thrown: its null means that nothing was. */
export function asError(thrown: unknown): unknown {
  return thrown ?? new Error(`${String(thrown)} was thrown`);
}

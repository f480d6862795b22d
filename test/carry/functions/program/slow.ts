/** A module that cannot be required. */
await Promise.resolve();

export function late(): number {
  return 1;
}

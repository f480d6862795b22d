import { constants } from "node:os";

// Where a number has two names, the first is the one that everybody uses: SIGABRT, not SIGIOT.
const signals = Object.entries(constants.signals).reverse();
const names = new Map(signals.map(([name, number]) => [number, name]));

/** The name of the signal behind a negative exit code; null for a code of the process's own. */
export function signalOfExit(exitCode: number): string | null {
  return exitCode < 0 ? (names.get(-exitCode) ?? `signal ${-exitCode}`) : null;
}

/** `exit code 3`, `signal SIGKILL`. */
export function describeExit(exitCode: number): string {
  const signal = signalOfExit(exitCode);
  return signal === null ? `exit code ${exitCode}` : `signal ${signal}`;
}

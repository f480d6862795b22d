/** Signals by name and by number, as this system numbers them. */
import { constants } from "node:os";

const numbers = new Map<string, number>(Object.entries(constants.signals));
const LARGEST = 64;

/**
 * The number of a signal; 0, which only asks whether a process is there, passes too.
 * @throws TypeError when it is neither name nor number, RangeError when this system has no such
 * signal
 */
export function signalNumber(signal: string | number): number {
  if (typeof signal === "number") {
    if (Number.isInteger(signal) && signal >= 0 && signal <= LARGEST) return signal;
    throw new RangeError(`a signal is a whole number from 0 to ${LARGEST}, not ${signal}`);
  }
  if (typeof signal !== "string")
    throw new TypeError(`a signal is a name or a number, not ${typeof signal}`);
  const number = numbers.get(signal);
  if (number === undefined) throw new RangeError(`${signal} is no signal of this system`);
  return number;
}

/** The name of a signal, null for one without (the real-time signals). */
export function signalName(number: number): string | null {
  for (const [name, value] of numbers) if (value === number) return name;
  return null;
}

import { NotFoundError } from "../errors.ts";
import { signalNumber } from "./signals.ts";

/** What the system's calls can say. */
const MOST_PID = 2 ** 31 - 1;

/**
 * Sends a signal, by name or number, to a process. A negative pid means the whole process group of
 * that number; signal 0 only checks that the process is there.
 *
 * Differs from Python: SIGTERM when no signal is named.
 *
 * @throws NotFoundError when there is no such process
 */
export function kill(pid: number, signal: string | number = "SIGTERM"): void {
  if (typeof pid !== "number") throw new TypeError(`pid must be a number, not ${typeof pid}`);
  if (!Number.isInteger(pid)) throw new RangeError(`pid must be a whole number, not ${pid}`);
  if (Math.abs(pid) > MOST_PID)
    throw new RangeError(`${pid} is too large for the number of a process`);
  const number = signalNumber(signal);
  try {
    process.kill(pid, number);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    const whom = pid < 0 ? `process group ${-pid}` : `process ${pid}`;
    throw new NotFoundError(`there is no ${whom} to send ${signal} to`, { cause: error });
  }
}

/**
 * Words that all threads of this process share. The first thread that needs them makes them, at
 * the latest before it starts a thread: each Worker inherits them with the environment data of the
 * thread that starts it.
 */
import { getEnvironmentData, setEnvironmentData } from "node:worker_threads";
import { ownName } from "../platform/package-copy.ts";

/** Whether this thread, or the one that started it, has such words already. */
export const hasThreadTable = (key: string): boolean =>
  getEnvironmentData(ownName(key)) !== undefined;

export function threadTable(key: string, size: number): Int32Array {
  const name = ownName(key);
  let buffer = getEnvironmentData(name) as unknown as SharedArrayBuffer | undefined;
  if (buffer === undefined) {
    buffer = new SharedArrayBuffer(size * 4);
    setEnvironmentData(name, buffer as never);
  }
  return new Int32Array(buffer);
}

import { atomics } from "./atomics.ts";

const never = new Int32Array(new SharedArrayBuffer(4));

/** Blocks the thread for that long, whatever happens meanwhile. */
export function napSync(ms: number): void {
  if (ms > 0) atomics.wait(never, 0, 0, ms);
}

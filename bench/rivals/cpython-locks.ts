/** CPython's `multiprocessing.Lock` and `RLock`, where there is a `python3`. */
import { python } from "./python.js";

const SCRIPT = "cpython_locks.py";

/** Pairs of acquire and release per second. */
export const lock = python(SCRIPT, "lock");
export const rlock = python(SCRIPT, "rlock");
/** The same for two processes together that want the same lock. */
export const contended = python(SCRIPT, "contended");

/** CPython's shared values and arrays, where there is a `python3`. */
import { python } from "./python.js";

const SCRIPT = "cpython_shared_data.py";

/** Nanoseconds to add 1 under the lock. */
export const increment = python(SCRIPT, "increment");

/** Milliseconds in which four processes count together. */
export const contended = python(SCRIPT, "contended");

/** Milliseconds until 64 MB are in another process. */
export const handOver = python(SCRIPT, "hand-over");

/** Microseconds to make an array. */
export const makeArrays = python(SCRIPT, "make-arrays");

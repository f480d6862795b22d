/** CPython's `subprocess`, where there is a `python3`. */
import { python } from "./python.js";

const SCRIPT = "cpython_subprocess.py";

/** Milliseconds each. */
export const oneByOne = python(SCRIPT, "one-by-one");

/** Milliseconds each; the same, since CPython always blocks. */
export const oneByOneBlocking = python(SCRIPT, "one-by-one");

/** Milliseconds each, from a pool of threads. */
export const manyAtOnce = python(SCRIPT, "many-at-once");

/** Megabytes per second. */
export const throughCat = python(SCRIPT, "through-cat");

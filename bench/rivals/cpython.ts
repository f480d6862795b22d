/** CPython's `Pipe` and `Queue` between two processes, where there is a `python3`. */
import { python } from "./python.js";

const PIPE = "cpython_pipe.py";
const QUEUE = "cpython_queue.py";

/** Microseconds from process to process and back, both asleep in turns. */
export const pipeRoundTrip = python(PIPE, "round-trip");

/** Messages of 64 bytes per second, one way. */
export const pipeThroughput = python(PIPE, "throughput");

/** Items of a `Queue` per second; for 64 MB milliseconds. */
export const queueIntegers = python(QUEUE, "integers");
export const queueObjects = python(QUEUE, "objects");
export const queueMegabytes = python(QUEUE, "megabytes");
export const queueLarge = python(QUEUE, "large64");

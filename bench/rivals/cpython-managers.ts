/** CPython's managers, where there is a `python3`. */
import { python } from "./python.js";

const SCRIPT = "cpython_managers.py";

/** Operations in a second. */
export const oneClient = python(SCRIPT, "one-client");

export const twoClients = python(SCRIPT, "two-clients");

/** Milliseconds. */
export const startAndShutDown = python(SCRIPT, "start");

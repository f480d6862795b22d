/** CPython's asyncio, where there is a `python3`. */
import { python } from "./python.js";

const SCRIPT = "cpython_asyncio.py";

export const createAndGather = python(SCRIPT, "create_and_gather");
export const createTurnAndGather = python(SCRIPT, "create_turn_and_gather");
export const queuePair = python(SCRIPT, "queue_pair");
export const queueHandover = python(SCRIPT, "queue_handover");
export const lockPair = python(SCRIPT, "lock_pair");

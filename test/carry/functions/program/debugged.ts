/** Calls a function that has a breakpoint: before a capture, after it, and after its session. */
import { functionCarrier } from "#internal/carry/functions/carrier.js";
import { sessionEnd } from "../support/session-end.ts";

function stops(call: number): number {
  const doubled = call * 2;
  return doubled;
}

stops(1);
const ended = sessionEnd();
const held = { factor: 3 };
const { kind } = functionCarrier.describe((x: number) => stops(x) * held.factor);
console.log("captured", kind);
stops(2);
await ended;
stops(3);

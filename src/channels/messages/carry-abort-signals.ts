/** Lets AbortSignals cross live; how they do is loaded with the first one. */
import { registerHandle } from "../../carry/handles.ts";
import { later } from "../../platform/later.ts";
import type { SignalHandle } from "./abort-signals.ts";

const signals = later(
  new URL("./abort-signals.js", import.meta.url),
) as () => typeof import("./abort-signals.ts");

/** To be called by whoever makes encoders or decoders. */
export function carryAbortSignals(): void {
  registerHandle<AbortSignal, SignalHandle>("AbortSignal", {
    is: (value): value is AbortSignal => value instanceof AbortSignal,
    isPlain: (signal) => signal.aborted,
    toHandle: (signal, { destination }) => signals().signalHandle(signal, destination),
    fromHandle: (handle) => signals().receivedSignal(handle),
  });
}

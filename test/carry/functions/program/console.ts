/** Prints how many objects that went to the console are kept after a capture, with --expose-gc. */
import { functionCarrier } from "#internal/carry/functions/carrier.js";
import { sessionEnd } from "../support/session-end.ts";

const shown: WeakRef<object>[] = [];

function show(): void {
  for (let i = 0; i < 100; i++) {
    const object = { i };
    shown.push(new WeakRef(object));
    console.error(object);
  }
}

const ended = sessionEnd();
const captured = { x: 1 };
functionCarrier.describe(() => captured.x);
show();
await ended;
show();
// The last one is kept by the machine's registers, as it were.
await new Promise((resolve) => setImmediate(resolve));
globalThis.gc!();
console.log(shown.filter((ref) => ref.deref() !== undefined).length < 3 ? "let go" : "kept");

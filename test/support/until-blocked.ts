/** `untilBlocked` with the patience that tests need where a machine is busy with other things. */
import * as testing from "manyhands/testing";

export const untilBlocked: typeof testing.untilBlocked = (what, options) =>
  testing.untilBlocked(what, { timeoutMs: 50_000, ...options });

/** Helpers for tests of concurrent code; the library's own tests use them. */
export { FakeClock } from "./fake-clock.ts";
export { type Blockable, untilBlocked } from "./until-blocked.ts";

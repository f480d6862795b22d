/** The sender's half of the function carrier, which is loaded when the first function is sent. */
export { constantParts } from "./describe/constancy.ts";
export { describe, describeObject } from "./describe/describe.ts";
export { ownOfMain } from "./rebuild/own-of-main.ts";

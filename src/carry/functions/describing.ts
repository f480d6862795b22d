/** The sender's half of the function carrier, which is loaded when the first function is sent. */
export { constantParts } from "./constancy.ts";
export { describe, describeObject } from "./describe.ts";
export { ownOfMain } from "./own-of-main.ts";

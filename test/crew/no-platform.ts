// To be imported first: from here on there are no native calls, in children neither.
process.env["MANYHANDS_PLATFORM"] = "none";

/** What tests without native calls are called after. */
export const overFrames = "process over frames";

/**
 * An AbortSignal that is aborted crosses with its reason. A live one must go on living on both
 * sides, which takes a channel: it crosses as a handle where a type of handle takes AbortSignals.
 */
import { Refusal } from "../refusal.ts";
import * as tag from "../tags.ts";
import type { Kind } from "./kind.ts";

export const abortSignalKind: Kind<AbortSignal> = {
  tag: tag.ABORTED_SIGNAL,
  name: "AbortSignal",
  is: (value): value is AbortSignal => value instanceof AbortSignal,
  prototypeOf: () => AbortSignal.prototype,
  extraKeys: () => [],
  encode(value, writer) {
    if (!value.aborted) {
      throw new Refusal(
        "an AbortSignal that is not aborted yet cannot be followed there; " +
          "pass it as the call's own `signal` option, and use currentSignal() inside",
      );
    }
    writer.within(".reason", value.reason);
  },
  decode(reader, id) {
    const controller = new AbortController();
    reader.define(id, controller.signal);
    controller.abort(reader.value());
    return controller.signal;
  },
};

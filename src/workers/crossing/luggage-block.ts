/** The message blocks by which luggage is counted while it is on its way: see `luggage.ts`. */
import { type Handle, passTo } from "../../core/blocks.ts";
import { familyMember } from "../../core/family-arena.ts";
import { NOBODY } from "../../core/layout.ts";
import type { Member } from "../../core/member.ts";
import { threadMember } from "../../core/thread-arena.ts";
import {
  claimMessage,
  dropMessage,
  freeMessage,
  isUnclaimed,
  writeMessage,
} from "../../channels/messages/message-block.ts";
import type { Carried } from "../../sync/notes.ts";
import type { Where } from "./payload.ts";

export { dropCarried } from "../../sync/carried.ts";

const NO_BYTES = new Uint8Array(0);

const memberFor = (where: Where): Member => (where === "thread" ? threadMember() : familyMember());

export function pack(where: Where, carried: readonly Carried[]): Handle {
  const member = memberFor(where);
  const luggage = writeMessage(member, NO_BYTES, carried, []);
  passTo(member.arena, luggage.block, NOBODY);
  return luggage;
}

export function unpack(where: Where, luggage: Handle): void {
  const member = memberFor(where);
  if (!isUnclaimed(member.arena, luggage)) return;
  claimMessage(member, luggage);
  freeMessage(member, luggage);
}

export function drop(where: Where, luggage: Handle): void {
  dropMessage(memberFor(where), luggage);
}

/** How a crew and its workers reach each other here: over shared memory or, without it, frames. */
import { familyMember } from "../core/family-arena.ts";
import { threadMember } from "../core/thread-arena.ts";
import { messagesOf } from "../channels/message.ts";
import { ArenaAttention } from "./arena-attention.ts";
import { ArenaLink } from "./arena-link.ts";
import type { Attention, Expectant } from "./attention.ts";
import type { Coding } from "./cargo.ts";
import type { NewLink } from "./staff.ts";

export interface Ways {
  readonly coding: Coding;
  readonly attention: Attention;
  readonly makeLink: () => NewLink;
}

export function waysToWorkers(reach: "thread" | "process", crew: Expectant): Ways {
  const memberOf = reach === "thread" ? threadMember : familyMember;
  const member = memberOf();
  const coding = messagesOf(memberOf);
  const attention = new ArenaAttention(member, crew);
  const makeLink = (): NewLink => {
    const link = new ArenaLink(member, coding);
    const address = { link: link.shared.handle, crew: attention.handle, crewId: member.id };
    return { link, address };
  };
  return { coding, attention, makeLink };
}

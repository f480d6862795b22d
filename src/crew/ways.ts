/** How a crew and its workers reach each other here: over shared memory or, without it, frames. */
import { familyMember } from "../core/family-arena.ts";
import { threadMember } from "../core/thread-arena.ts";
import { messagesOf } from "../channels/messages/message.ts";
import { whyNoSharedMemory } from "../platform/load.ts";
import { ArenaAttention } from "./arena-attention.ts";
import { ArenaLink } from "./arena-link.ts";
import type { Attention, Expectant } from "./attention.ts";
import type { Coding } from "./cargo.ts";
import { FrameAttention, type Senders } from "./frame-attention.ts";
import { FrameLink } from "./frame-link.ts";
import { PlainCoding } from "./plain-coding.ts";
import type { MakeLink } from "./staff.ts";

export interface Ways {
  readonly coding: Coding;
  readonly attention: Attention;
  readonly makeLink: MakeLink;
}

export function waysToWorkers(
  reach: "thread" | "process",
  crew: Expectant,
  senders: Senders,
): Ways {
  if (reach === "process" && whyNoSharedMemory() !== null) return overFrames(crew, senders);
  const memberOf = reach === "thread" ? threadMember : familyMember;
  const member = memberOf();
  const coding = messagesOf(memberOf);
  const attention = new ArenaAttention(member, crew);
  const makeLink: MakeLink = () => {
    const link = new ArenaLink(member, coding, () => attention.expectLate());
    const address = { link: link.shared.handle, crew: attention.handle, crewId: member.id };
    return { link, address };
  };
  return { coding, attention, makeLink };
}

function overFrames(crew: Expectant, senders: Senders): Ways {
  const coding = new PlainCoding();
  const attention = new FrameAttention(crew, senders);
  return {
    coding,
    attention,
    makeLink: (send) => ({ link: new FrameLink(coding, send), address: null }),
  };
}

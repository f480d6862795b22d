/** What channels have in an arena: to see that nothing stays behind. */
import { isInUse, kindOf, stampOf } from "#internal/core/blocks.js";
import type { Member } from "#internal/core/member.js";
import { eachBlock } from "#internal/core/superblocks.js";
import * as kinds from "#internal/channels/messages/kinds.js";

export type Counts = Partial<Record<keyof typeof kinds, number>>;

/** How many blocks of each kind there are. */
export function blocksInUse({ arena }: Member): Counts {
  const names = new Map(Object.entries(kinds).map(([name, kind]) => [kind, name]));
  const counts: Record<string, number> = {};
  eachBlock(arena, (block) => {
    const name = isInUse(stampOf(arena, block)) ? names.get(kindOf(arena, block)) : undefined;
    if (name !== undefined) counts[name] = (counts[name] ?? 0) + 1;
  });
  return counts;
}

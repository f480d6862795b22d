/** That a crew leaves nothing in the memory that it shares with its workers. */
import assert from "node:assert/strict";
import { after } from "node:test";
import { isInUse, kindOf, stampOf } from "#internal/core/blocks.js";
import { KIND_ROOM } from "#internal/core/kinds.js";
import type { Member } from "#internal/core/member.js";
import { eachBlock } from "#internal/core/superblocks.js";
import { KIND_MESSAGE } from "#internal/channels/messages/kinds.js";

const PATIENCE_MS = 20_000;

function blocks({ arena }: Member): number {
  let count = 0;
  eachBlock(arena, (block) => {
    const kind = kindOf(arena, block);
    if (isInUse(stampOf(arena, block)) && (kind === KIND_ROOM || kind === KIND_MESSAGE)) count++;
  });
  return count;
}

export function expectNoBlocks(memberOf: () => Member): void {
  after(async () => {
    const until = performance.now() + PATIENCE_MS;
    while (blocks(memberOf()) > 0 && performance.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    assert.equal(blocks(memberOf()), 0, "rooms and messages are left in the shared memory");
  });
}

import assert from "node:assert/strict";
import { test } from "node:test";
import { atomics } from "#internal/core/atomics.js";
import { OBJECT_AT } from "#internal/core/blocks.js";
import { threadMember } from "#internal/core/thread-arena.js";
import { ArenaAttention } from "#internal/crew/arena-attention.js";
import { IN_LOOP, LOOKS, WAITS } from "#internal/crew/crew-words.js";

const member = threadMember();
const { words, bells } = member.arena;

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("a worker that rings late does not keep later ones from being heard", async () => {
  let results = 0;
  const crew = {
    pending: 2,
    get hasResults(): boolean {
      return results > 0;
    },
    pump(): boolean {
      const came = results > 0;
      crew.pending -= results;
      results = 0;
      return came;
    },
    beforeSleep(): void {},
  };
  const attention = new ArenaAttention(member, crew);
  const word = attention.handle.block + OBJECT_AT + WAITS;
  const untilAsleep = async (): Promise<void> => {
    while (atomics.load(words, word) !== IN_LOOP) await nextTurn();
  };
  /** What a worker does behind its result. */
  const tell = (): void => {
    if (atomics.compareExchange(words, word, IN_LOOP, LOOKS) === IN_LOOP) bells.ring(member.id);
  };

  attention.expect();
  results = 1;
  while (crew.pending === 2) await nextTurn();
  await untilAsleep();
  tell(); // for the result that was taken
  await untilAsleep();
  results = 1;
  tell();
  while (crew.pending === 1) await nextTurn();
  assert.equal(crew.pending, 0);
  attention.end();
});

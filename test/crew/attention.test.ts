import assert from "node:assert/strict";
import { test } from "node:test";
import { atomics } from "#internal/core/atomics.js";
import { OBJECT_AT } from "#internal/core/blocks.js";
import { loopWaits } from "#internal/core/loop-waits.js";
import { LOOK_AT_FAMILY, S_RESCAN } from "#internal/core/slots.js";
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
    waiting: { size: 0 },
    beforeSleep(): void {},
    asleep(): void {},
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

test("who goes to sleep hears what its thread was called for before", async () => {
  const { listeners } = loopWaits(member);
  const asked = member.at + S_RESCAN;
  // Whoever asks rings, too, but the bell of a thread that waits for nothing is not armed.
  atomics.or(words, asked, LOOK_AT_FAMILY);
  const sleeper = { isCalled: false, called: () => {} };
  assert.equal(listeners.listen(sleeper), false);
  await nextTurn();
  assert.equal(atomics.load(words, asked), 0);
  listeners.ignore(sleeper);
});

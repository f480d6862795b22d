/**
 * Latches: who may change a queue of waiters, for a few instructions at a time.
 *
 * Latch word:  0 free · id of the holder · id | CONTENDED when somebody sleeps for it
 *
 * A holder may die in the middle. Whoever wants the latch then finds a dead id, takes over, and is
 * told, so that it puts what the latch guards in order first. A holder that is merely stopped keeps
 * it: others sleep until it goes on.
 */
import type { Arena } from "./arena.ts";
import { atomics } from "./atomics.ts";
import { slotOf } from "./layout.ts";
import { isListed } from "./slots.ts";

const CONTENDED = 1 << 30;
const SPINS = 200;
/** How often a sleeper looks whether the holder still lives. */
const SLICE_MS = 10;

/** Whether this life goes on: in the table, and in truth. */
export function isAlive(arena: Arena, id: number): boolean {
  return isListed(arena, id) && arena.life.isAlive(slotOf(id));
}

/** Takes the latch at `at` for `id`; true when its last holder died with it. */
export function takeLatch(arena: Arena, at: number, id: number): boolean {
  for (let spin = 0; spin < SPINS; spin++) {
    if (atomics.compareExchange(arena.words, at, 0, id) === 0) return false;
  }
  return takeLatchSlow(arena, at, id);
}

function takeLatchSlow(arena: Arena, at: number, id: number): boolean {
  const { words, sleeper } = arena;
  for (;;) {
    const word = atomics.load(words, at);
    if (word === 0) {
      // Contended, since others may sleep that the previous holder did not wake.
      if (atomics.compareExchange(words, at, 0, id | CONTENDED) === 0) return false;
      continue;
    }
    if (!isAlive(arena, word & ~CONTENDED)) {
      if (atomics.compareExchange(words, at, word, id | CONTENDED) === word) return true;
      continue;
    }
    const contended = word | CONTENDED;
    // The holder may have left between the look and the mark; then sleep would not end.
    if (word === contended || atomics.compareExchange(words, at, word, contended) === word) {
      sleeper.sleep(at, contended, SLICE_MS);
    }
  }
}

export function dropLatch(arena: Arena, at: number): void {
  const word = atomics.exchange(arena.words, at, 0);
  if (word & CONTENDED) arena.sleeper.wake(at, 1);
}

/**
 * The ready queue: everything that may go on now, in the order in which it became ready.
 *
 * A microtask serves a portion, not all: what the first turns set going can then end, and be
 * collected, before the last begin. With a hundred thousand tasks this halves the time. Two tasks
 * that keep waking each other would starve timers and sockets, which microtasks always overtake;
 * therefore the queue counts its portions per turn of the event loop, and lets Node's loop go round
 * when they are many.
 */

import { onSeparation } from "../platform/copies.ts";

/** Something that waits for its turn. Must not throw. */
export interface Turn {
  takeTurn(): void;
}

/** Turns served before the microtasks that they set going. */
const PORTION = 256;
/** Portions served by microtasks before the event loop must have gone round once. */
const PORTIONS_PER_LOOP_TURN = 1024;
/** Awaits answered at once before the event loop must have gone round. */
const ANSWERS_PER_LOOP_TURN = 4096;

const settled = Promise.resolve();
/** Being served, from `first` on. */
let serving: (Turn | undefined)[] = [];
let first = 0;
/** Became ready since, and is served when all of `serving` has been. */
let arriving: Turn[] = [];
let scheduled = false;
let portions = 0;
let counting = false;
let answers = 0;

/** Queues `turn` behind everything that is ready already. */
export function whenReady(turn: Turn): void {
  arriving.push(turn);
  if (!scheduled) schedule();
}

/**
 * The promise of a call that need not wait, given ready made. Now and then it lets the event loop
 * go round: tasks that always find what they ask for would starve timers and sockets too.
 */
export function answered<T>(promise: Promise<T>): Promise<T> {
  if (++answers < ANSWERS_PER_LOOP_TURN) return promise;
  answers = 0;
  return new Promise((resolve) => setImmediate(resolve, promise));
}

function schedule(): void {
  scheduled = true;
  if (portions < PORTIONS_PER_LOOP_TURN) void settled.then(serve);
  else setImmediate(serve);
}

function serve(): void {
  countPortion();
  if (first === serving.length) nextServing();
  const end = Math.min(serving.length, first + PORTION);
  // Before the turns: what they make ready is served by the next portion, not overtaken by it.
  if (end < serving.length || arriving.length > 0) schedule();
  else scheduled = false;
  while (first < end) {
    const turn = serving[first]!;
    serving[first++] = undefined;
    turn.takeTurn();
  }
}

function nextServing(): void {
  serving = arriving;
  arriving = [];
  first = 0;
}

function countPortion(): void {
  portions++;
  if (counting) return;
  counting = true;
  setImmediate(startCounting);
}

function startCounting(): void {
  counting = false;
  portions = 0;
}

onSeparation(() => {
  serving = [];
  arriving = [];
  first = 0;
  scheduled = counting = false;
  portions = answers = 0;
});

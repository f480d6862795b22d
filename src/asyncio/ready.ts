/**
 * The ready queue: everything that may go on now, in the order in which it became ready.
 *
 * One microtask serves a whole batch, so a hundred thousand tasks cost one. Two tasks that keep
 * waking each other would starve timers and sockets, which microtasks always overtake; therefore
 * the queue counts its batches per turn of the event loop and lets Node's loop go round when they
 * are many.
 */

/** Something that waits for its turn. */
export interface Turn {
  takeTurn(): void;
}

/** Batches served by microtasks before the event loop must have gone round once. */
const BATCHES_PER_LOOP_TURN = 1024;

const settled = Promise.resolve();
let ready: Turn[] = [];
let batches = 0;
let counting = false;

/** Queues `turn` behind everything that is ready already. */
export function whenReady(turn: Turn): void {
  if (ready.push(turn) > 1) return;
  if (batches < BATCHES_PER_LOOP_TURN) void settled.then(serve);
  else setImmediate(serve);
}

/** Awaits answered at once before the event loop must have gone round. */
const ANSWERS_PER_LOOP_TURN = 4096;

let answers = 0;

/**
 * The promise of a call that need not wait, given ready made. Now and then it lets the event loop
 * go round: tasks that always find what they ask for would starve timers and sockets too.
 */
export function answered<T>(promise: Promise<T>): Promise<T> {
  if (++answers < ANSWERS_PER_LOOP_TURN) return promise;
  answers = 0;
  return new Promise((resolve) => setImmediate(resolve, promise));
}

function serve(): void {
  batches++;
  if (!counting) {
    counting = true;
    setImmediate(startCounting);
  }
  const batch = ready;
  ready = [];
  for (const turn of batch) turn.takeTurn();
}

function startCounting(): void {
  counting = false;
  batches = 0;
}
